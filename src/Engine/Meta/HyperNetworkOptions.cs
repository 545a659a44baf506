namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="HyperNetwork"/>; there are no inner steps.</summary>
public sealed record HyperNetworkOptions : SetEncoderOptions;
