namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One choice by permute-and-flip (McKenna and Sheldon 2020), which is report-noisy-max with exponential noise of scale 2Δ/ε (Ding et al. 2021, "The permute-and-flip mechanism is identical to report-noisy-max with exponential noise").
/// It costs what Laplace noise of scale 1/ε costs, exactly.
/// </summary>
/// <remarks>
/// Let a test accept the winners in S, and D be the largest noisy score in S less the largest outside, in units of 2Δ/ε. A neighbour shifts D by ε at most, so the test's two probabilities are P(D > 0) and P(D > ε) at worst. The largest of
/// exponentials with any starts has a hazard rate of at most 1 (its density is at most the probability that exactly one exceeds), hence so has D, and -D likewise. Laplace noise has
/// exactly 1 on either side, so its shift by ε separates no worse. With two candidates D is Laplace noise.
/// </remarks>
public sealed record PermuteAndFlipEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="epsilon">ε of the choice, finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative, infinite or NaN.</exception>
    public PermuteAndFlipEvent(double epsilon) => Epsilon = CheckNotNegative(epsilon, nameof(epsilon));

    /// <summary>ε of the choice.</summary>
    public double Epsilon { get; }

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (Epsilon == 0)
        {
            releases.AddFree(count);
            return;
        }

        releases.Add(new LaplaceEvent(1 / Epsilon) { Neighbours = Neighbours }, count);
    }

    private protected override PrivacyEvent Grouped(int size) => new PermuteAndFlipEvent(size * Epsilon) { Neighbours = Neighbours };
}
