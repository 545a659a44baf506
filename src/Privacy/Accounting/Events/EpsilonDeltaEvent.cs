namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Any mechanism of which nothing is known but (ε, δ)-differential privacy. The worst of them reveals everything with probability δ and is randomised response on one bit otherwise
/// (Kairouz, Oh, Viswanath 2015, "The composition theorem for differential privacy", theorem 3.4).
/// </summary>
public sealed record EpsilonDeltaEvent : PrivacyEvent
{
    /// <summary>An event.</summary>
    /// <param name="epsilon">ε, finite and ≥ 0.</param>
    /// <param name="delta">δ in [0, 1]; 0 for pure privacy, 1 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public EpsilonDeltaEvent(double epsilon, double delta = 0)
    {
        Epsilon = CheckNotNegative(epsilon, nameof(epsilon));
        Delta = delta is >= 0 and <= 1
            ? delta
            : throw new ArgumentOutOfRangeException(nameof(delta), delta, "δ must lie in [0, 1].");
    }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>δ.</summary>
    public double Delta { get; }

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (Delta == 1)
        {
            releases.AddUnprotected(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => new FinitePairMoments(FinitePair.Pure(Epsilon), tail: Delta);

    internal override FinitePair? Pair() => Delta == 0 ? FinitePair.Pure(Epsilon) : null;

    /// <summary>(kε, δ(e^{kε}-1)/(e^ε-1)) (Vadhan 2017, "The complexity of differential privacy", lemma 2.2).</summary>
    private protected override PrivacyEvent Grouped(int size)
    {
        double growth = Epsilon == 0 ? size : PreciseMath.Expm1(size * Epsilon) / PreciseMath.Expm1(Epsilon);
        return new EpsilonDeltaEvent(size * Epsilon, Delta == 0 ? 0 : Math.Min(1, Delta * growth * (1 + 1e-14))) { Neighbours = Neighbours };
    }
}
