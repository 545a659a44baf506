namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="FilmAdapter"/>; there are no inner steps.</summary>
public sealed record FilmAdapterOptions : SetEncoderOptions;
