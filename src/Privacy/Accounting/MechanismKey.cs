namespace FastDPMeta.Privacy.Accounting;

/// <summary>What determines a <see cref="MomentBound"/>: releases with equal keys share one entry of the accountant.</summary>
/// <param name="Kind">How lots are drawn.</param>
/// <param name="Rate">Probability with which a unit takes part.</param>
/// <param name="NoiseMultiplier">σ: noise standard deviation / ℓ₂ sensitivity.</param>
/// <param name="Tail">Truncated sampling: an upper bound of the probability that a cut can concern a given unit.</param>
/// <param name="TailRate">Truncated sampling: an upper bound of the probability that a unit takes part where the lot is cut.</param>
internal readonly record struct MechanismKey(MechanismKind Kind, double Rate, double NoiseMultiplier, double Tail = 0, double TailRate = 0)
{
    /// <summary>The bound itself.</summary>
    public MomentBound Bound() => Kind switch
    {
        MechanismKind.Poisson => new SampledGaussian(Rate, NoiseMultiplier),
        MechanismKind.DiscretePoisson => new SampledDiscreteGaussian(Rate, NoiseMultiplier),
        MechanismKind.TruncatedPoisson => new TruncatedGaussian(Rate, NoiseMultiplier, Tail, TailRate),
        _ => new FixedSizeGaussian(Rate, NoiseMultiplier),
    };
}
