namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="Maml"/>.</summary>
public sealed record MamlOptions : UnrolledLearnerOptions;
