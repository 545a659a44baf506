namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="Boil"/>.</summary>
public sealed record BoilOptions : UnrolledLearnerOptions;
