using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>One release of a number with Laplace noise, every unit taking part.</summary>
public sealed record LaplaceEvent : PrivacyEvent
{
    private const int LeastCells = 1024;
    private const int MostCells = 8192;

    /// <summary>An event without sampling.</summary>
    /// <param name="noiseMultiplier">b: scale of the noise / ℓ₁ sensitivity, finite and ≥ 0; 0 means no noise, hence ε = ∞. ε alone is 1/b.</param>
    /// <exception cref="ArgumentOutOfRangeException">b is negative, infinite or NaN.</exception>
    public LaplaceEvent(double noiseMultiplier) => NoiseMultiplier = noiseMultiplier;

    /// <summary>b: scale of the noise / ℓ₁ sensitivity.</summary>
    public double NoiseMultiplier { get; init => field = CheckNoiseMultiplier(value); }

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (NoiseMultiplier == 0)
        {
            releases.AddUnprotected(count);
            return;
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound() => new LaplaceMoments(NoiseMultiplier);

    internal override DominatingPairs Dominating() => LossPairs.Laplace(NoiseMultiplier);

    /// <summary>Lap(1, b) against Lap(0, b): two points where the loss is ±1/b, and cells between, where it is (2x-1)/b.</summary>
    internal override FinitePair Pair()
    {
        double inverse = 1 / NoiseMultiplier;
        int cells = (int)Math.Clamp(64 * inverse, LeastCells, MostCells);
        double width = inverse / cells;

        // The first and the last cell have no width: they are the points.
        double[] logRatio = new double[cells + 3], excess = new double[cells + 3], mass = new double[cells + 2], difference = new double[cells + 2];
        for (int i = 0; i <= cells; i++)
        {
            logRatio[i + 1] = i == cells ? inverse : (2 * width * i) - inverse;
            excess[i + 1] = PreciseMath.Expm1(logRatio[i + 1]);
        }

        (logRatio[0], excess[0]) = (logRatio[1], excess[1]);
        (logRatio[^1], excess[^1]) = (logRatio[^2], excess[^2]);
        (mass[0], difference[0]) = (0.5, 0.5 * excess[0]);
        (mass[^1], difference[^1]) = (0.5 * Math.Exp(-inverse), 0.5 * Math.Exp(-inverse) * excess[^1]);
        for (int i = 0; i < cells; i++)
        {
            double start = width * i;
            mass[i + 1] = -0.5 * Math.Exp(-start) * PreciseMath.Expm1(-width);
            difference[i + 1] = (0.5 * Math.Exp(start - inverse) * PreciseMath.Expm1(width)) - mass[i + 1];
        }

        return FinitePair.FromCells(logRatio, excess, mass, difference);
    }

    private protected override PrivacyEvent Grouped(int size) => this with { NoiseMultiplier = NoiseMultiplier / size };
}
