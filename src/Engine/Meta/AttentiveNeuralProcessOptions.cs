namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="AttentiveNeuralProcess"/>; there are no inner steps.</summary>
public sealed record AttentiveNeuralProcessOptions : SetEncoderOptions;
