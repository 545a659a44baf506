namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One choice by the exponential mechanism, P(r) ∝ e^{ε·u(r)/2Δ} (McSherry and Talwar 2007). Its losses lie within an interval of length ε, which makes many of them far cheaper
/// together than ε-differential privacy alone would (Dong, Durfee, Rogers 2020).
/// </summary>
public sealed record ExponentialMechanismEvent : PrivacyEvent
{
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

    /// <summary>That of ε-differential privacy, for sampling; without sampling <see cref="Bound"/> knows more.</summary>
    internal override FinitePair Pair() => FinitePair.Pure(Epsilon);

    private protected override PrivacyEvent Grouped(int size) => new ExponentialMechanismEvent(size * Epsilon) { Neighbours = Neighbours };
}
