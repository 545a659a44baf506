namespace FastDPMeta.Cli.Molecules;

/// <summary>What a training left.</summary>
/// <param name="Vectors">[compound][feature], for every compound of the set.</param>
/// <param name="Epsilon">ε spent; null without privacy.</param>
/// <param name="NoiseMultiplier">σ; null without privacy.</param>
/// <param name="Units">Compounds or assays that it learned from.</param>
/// <param name="Parameters">Learned numbers.</param>
/// <param name="Rounds">Rounds done.</param>
/// <param name="Seconds">Time of training.</param>
internal sealed record TrainedEmbedding(float[][] Vectors, double? Epsilon, double? NoiseMultiplier, int Units, int Parameters, int Rounds, double Seconds);
