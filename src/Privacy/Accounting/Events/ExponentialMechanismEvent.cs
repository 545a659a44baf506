using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One choice by the exponential mechanism, P(r) ∝ e^{ε·u(r)/2Δ} (McSherry and Talwar 2007). Its losses lie within an interval of length ε, which makes many of them far cheaper
/// together than ε-differential privacy alone would (Dong, Durfee, Rogers 2020).
/// </summary>
public sealed record ExponentialMechanismEvent : PrivacyEvent
{
    private const int Cells = 2048;

    /// <summary>An event.</summary>
    /// <param name="epsilon">ε of the choice, finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative, infinite or NaN.</exception>
    public ExponentialMechanismEvent(double epsilon) => Epsilon = CheckNotNegative(epsilon, nameof(epsilon));

    /// <summary>ε of the choice.</summary>
    public double Epsilon { get; }

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (Epsilon == 0)
        {
            releases.AddFree(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => new ExponentialMoments(Epsilon);

    internal override DominatingPairs Dominating() => new(new LossPair([(new BoundedRangeSegment(Epsilon), 1)], [], []));

    /// <summary>Cells of the pair of <see cref="BoundedRangeSegment"/>: P has density ½e^{(x-ε)/2}/(1-e^{-ε}) in the loss x, Q has e^{-x} times that.</summary>
    internal override FinitePair Pair()
    {
        double[] logRatio = new double[Cells + 1], mass = new double[Cells], difference = new double[Cells];
        double scale = -PreciseMath.Expm1(-Epsilon);
        double width = 2 * Epsilon / Cells;
        for (int i = 0; i <= Cells; i++)
        {
            logRatio[i] = i == Cells ? Epsilon : (i * width) - Epsilon;
        }

        for (int i = 0; i < Cells; i++)
        {
            double p = Math.Exp((logRatio[i] - Epsilon) / 2) * PreciseMath.Expm1(width / 2) / scale;
            mass[i] = -Math.Exp(-(logRatio[i] + Epsilon) / 2) * PreciseMath.Expm1(-width / 2) / scale;
            difference[i] = p - mass[i];
        }

        return FinitePair.FromCells(logRatio, Array.ConvertAll(logRatio, PreciseMath.Expm1), mass, difference);
    }

    private protected override PrivacyEvent Grouped(int size) => new ExponentialMechanismEvent(size * Epsilon) { Neighbours = Neighbours };
}
