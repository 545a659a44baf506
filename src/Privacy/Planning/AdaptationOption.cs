namespace FastDPMeta.Privacy.Planning;

/// <summary>One thing that could be learned, and how loud it would be.</summary>
/// <param name="Kind">What.</param>
/// <param name="Parameters">P: how many numbers that is.</param>
/// <param name="NoiseLength">Length of the noise on the mean update of one round, in clip norms: <c>σ·√P / lot</c>.</param>
/// <param name="RoundSignalToNoise">Alignment over that: signal to noise in one round.</param>
/// <param name="RunSignalToNoise">The same over the whole run: signals of rounds add up, noises add as squares, so √rounds times that of one round.</param>
/// <param name="Verdict">What the last number means.</param>
public sealed record AdaptationOption(
    AdaptationKind Kind, long Parameters, double NoiseLength, double RoundSignalToNoise, double RunSignalToNoise, AdaptationVerdict Verdict);
