namespace FastDPMeta.Privacy.Accounting;

/// <summary>One release of a whole number with discrete Laplace noise (the two-sided geometric), P(x) ∝ e^{-a|x|} on the integers (Ghosh, Roughgarden, Sundararajan 2009).</summary>
public sealed record DiscreteLaplaceEvent : PrivacyEvent
{
    private const int LargestSensitivity = 1 << 16;

    /// <summary>An event without sampling.</summary>
    /// <param name="decay">a: the inverse scale, finite and above 0. ε alone is a·Δ.</param>
    /// <param name="sensitivity">Δ: how far a unit moves the number, 0 to 65,536; scale larger numbers down.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public DiscreteLaplaceEvent(double decay, int sensitivity = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sensitivity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sensitivity, LargestSensitivity);
        Decay = CheckPositive(decay, nameof(decay));
        Sensitivity = sensitivity;
    }

    /// <summary>a: the inverse scale.</summary>
    public double Decay { get; }

    /// <summary>Δ: how far a unit moves the number.</summary>
    public int Sensitivity { get; }

    internal override MomentBound Bound() => new FinitePairMoments(Pair());

    /// <summary>The noise shifted by Δ against itself: at x ≤ 0 and x ≥ Δ the loss is ∓aΔ, between a(2x-Δ).</summary>
    internal override FinitePair Pair()
    {
        if (Sensitivity == 0)
        {
            return FinitePair.Of([1], [0]);
        }

        double[] mass = new double[Sensitivity + 1], logRatio = new double[Sensitivity + 1];
        double ratio = Math.Exp(-Decay);
        double centre = -PreciseMath.Expm1(-Decay) / (1 + ratio); // P(0)
        for (int x = 0; x <= Sensitivity; x++)
        {
            logRatio[x] = Decay * ((2.0 * x) - Sensitivity);
            mass[x] = x == 0 ? 1 / (1 + ratio) : Math.Exp(-Decay * x) * (x == Sensitivity ? 1 / (1 + ratio) : centre);
        }

        return FinitePair.Of(mass, logRatio);
    }

    private protected override PrivacyEvent Grouped(int size) => new DiscreteLaplaceEvent(Decay, checked(Sensitivity * size)) { Neighbours = Neighbours };
}
