namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="Anil"/>.</summary>
public sealed record AnilOptions : UnrolledLearnerOptions;
