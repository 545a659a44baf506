namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="NeuralProcess"/>; there are no inner steps.</summary>
public sealed record NeuralProcessOptions : SetEncoderOptions;
