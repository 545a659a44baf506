namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="MetaSgd"/>; <see cref="GradientLearnerOptions.InnerRate"/> is what every learned rate begins at.</summary>
public sealed record MetaSgdOptions : UnrolledLearnerOptions;
