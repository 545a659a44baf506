namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="MetaCurvature"/>; <see cref="GradientLearnerOptions.InnerRate"/> is the rate of the transformed gradients.</summary>
public sealed record MetaCurvatureOptions : UnrolledLearnerOptions;
