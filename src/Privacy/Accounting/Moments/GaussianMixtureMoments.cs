namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of two mixtures of unit Gaussians whose likelihood ratio rises: Σ wᵢN(mᵢ) against N(0) (a group under Poisson sampling: Ganesh 2024, "Tight group-level DP guarantees for DP-SGD with sampling via mixture of Gaussians mechanisms")
/// in both directions, and (1-q)N(0) + qN(m) against (1-q)N(0) + qN(-m), which is its own reverse.
/// </summary>
/// <remarks>
/// Never more than the Gaussian of the largest distance, by joint convexity. Inside ±L the densities become points by <see cref="FinitePair.FromCells"/>, which bounds the moments above with an error of the square of the cell. Outside, with the largest shift M, the smallest shift s, its weight w, and v the weight of
/// N(0) in Q: ∫_{u>U} P^α·Q^{1-α} ≤ c^α·v^{1-α}·e^{α(α-1)M²/2}·Φ(αM - U), as there P ≤ c·φ·e^{Mu-M²/2} with equality at U (the other parts rise more slowly); E[h; u &lt; -L] ≤ (α-1)·Φ(-L); the other way round
/// ∫_{u&lt;-L} ≤ w^{1-α}·e^{α(α-1)s²/2}·Φ(-L + (α-1)s) and E[h; u > U] ≤ (α-1)·P(u > U).
/// </remarks>
internal sealed class GaussianMixtureMoments : MomentBound
{
    private const double Reach = 12;
    private const double OrderReach = 24;
    private const double CellWidth = 1.0 / 128;
    private const int LargestCellCount = 1 << 14;

    /// <summary>Densities further out are no numbers of double precision.</summary>
    private const double LargestReach = 37;

    /// <summary>Larger shifts hide nothing anyway: there the bound without sampling counts.</summary>
    private const double LargestShift = 24;

    private readonly FinitePairMoments? _inside;
    private readonly double _lower;
    private readonly double _upper;
    private readonly double _largestShift;
    private readonly double _smallestShift;
    private readonly double _logSmallestWeight;
    private readonly double _logCentre;
    private readonly double _logShape;
    private readonly double _upperMass;
    private readonly bool _symmetric;

    private GaussianMixtureMoments(Part[] p, Part[] q, bool symmetric)
    {
        Part smallest = p.MinBy(part => part.Shift);
        (_smallestShift, _logSmallestWeight) = (smallest.Shift, Math.Log(smallest.Weight));
        _largestShift = p.Max(part => part.Shift);
        _logCentre = Math.Log(q.First(part => part.Shift == 0).Weight);
        _symmetric = symmetric;
        _lower = -Reach - (symmetric ? _largestShift : 0);
        _upper = Math.Min(_largestShift + Reach + OrderReach, LargestReach);
        _logShape = LogDensity(p, _upper) - (_largestShift * (_upper - (_largestShift / 2)));
        _upperMass = p.Sum(part => part.Weight * NormalTail(_upper - part.Shift));
        _inside = _largestShift <= LargestShift ? new FinitePairMoments(Points(p, q)) : null;
    }

    /// <inheritdoc/>
    public override bool Depends => _largestShift > 0;

    /// <summary>A mixture against N(0).</summary>
    /// <param name="weights">Above 0, adding up to 1.</param>
    /// <param name="shifts">≥ 0, in standard deviations.</param>
    public static GaussianMixtureMoments AgainstCentre(IReadOnlyList<double> weights, IReadOnlyList<double> shifts) =>
        new([.. weights.Zip(shifts, (weight, shift) => new Part(weight, shift))], [new Part(1, 0)], symmetric: false);

    /// <summary>A unit exchanged on a Poisson lot.</summary>
    /// <param name="rate">q in (0, 1).</param>
    /// <param name="noiseMultiplier">Noise / the longest contribution of one unit, above 0.</param>
    public static GaussianMixtureMoments Exchange(double rate, double noiseMultiplier) =>
        new([new Part(1 - rate, 0), new Part(rate, 1 / noiseMultiplier)], [new Part(1 - rate, 0), new Part(rate, -1 / noiseMultiplier)], symmetric: true);

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double gaussian = order * (order - 1) / 2;
        double distance = _symmetric ? 2 * _largestShift : _largestShift;
        double unsampled = gaussian * distance * distance * (1 + 1e-15);
        if (_inside is null)
        {
            return unsampled;
        }

        double inside = _inside.LogMoment(order);
        ScaledSum outside = new();
        outside.Add((order * _logShape) + ((1 - order) * _logCentre) + (gaussian * _largestShift * _largestShift) + LogTail(_upper - (order * _largestShift)));
        outside.Add(Math.Log(order) + LogTail(Reach));
        if (!_symmetric)
        {
            outside.Add(((1 - order) * _logSmallestWeight) + (gaussian * _smallestShift * _smallestShift) + LogTail(-_lower - ((order - 1) * _smallestShift)));
            outside.Add(Math.Log(order * _upperMass));
        }

        // log(e^inside + outside)
        return Math.Min(unsampled, (inside + PreciseMath.Log1pExp(outside.Log - inside)) * (1 + 1e-14));
    }

    private FinitePair Points(Part[] p, Part[] q)
    {
        int cells = (int)Math.Min(LargestCellCount, Math.Ceiling((_upper - _lower) / CellWidth));
        double[] logRatio = new double[cells + 1], excess = new double[cells + 1], mass = new double[cells], difference = new double[cells];
        for (int i = 0; i <= cells; i++)
        {
            double u = At(i, cells);
            logRatio[i] = LogDensity(p, u) - LogDensity(q, u);
            excess[i] = Math.Abs(logRatio[i]) > 1 ? PreciseMath.Expm1(logRatio[i]) : (Excess(p, u) - Excess(q, u)) / (1 + Excess(q, u));
            if (Math.Abs(logRatio[i]) <= 1)
            {
                logRatio[i] = PreciseMath.Log1p(excess[i]);
            }
        }

        for (int i = 0; i < cells; i++)
        {
            (double a, double b) = (At(i, cells), At(i + 1, cells));
            double centre = Mass(a, b);
            double moreP = p.Sum(part => part.Shift == 0 ? 0 : part.Weight * (Mass(a - part.Shift, b - part.Shift) - centre));
            double moreQ = q.Sum(part => part.Shift == 0 ? 0 : part.Weight * (Mass(a - part.Shift, b - part.Shift) - centre));
            (mass[i], difference[i]) = (centre + moreQ, moreP - moreQ);
        }

        return FinitePair.FromCells(logRatio, excess, mass, difference);
    }

    private double At(int i, int cells) => _lower + ((_upper - _lower) * i / cells);

    private static double LogDensity(Part[] parts, double u)
    {
        ScaledSum sum = new();
        foreach (Part part in parts)
        {
            sum.Add(Math.Log(part.Weight) + (part.Shift * (u - (part.Shift / 2))));
        }

        return sum.Log;
    }

    /// <summary>The density over φ, less 1.</summary>
    private static double Excess(Part[] parts, double u)
    {
        double sum = 0;
        foreach (Part part in parts)
        {
            sum += part.Weight * PreciseMath.Expm1(part.Shift * (u - (part.Shift / 2)));
        }

        return sum;
    }

    /// <summary>Φ(b) - Φ(a), from the tail that is the smaller.</summary>
    private static double Mass(double a, double b) => a > 0 ? NormalTail(a) - NormalTail(b) : b < 0 ? NormalTail(-b) - NormalTail(-a) : NormalDistribution.Cumulative(b) - NormalDistribution.Cumulative(a);

    private static double NormalTail(double x) => x < 0 ? 1 - NormalTail(-x) : NormalDistribution.Density(x) * NormalDistribution.Mills(x);

    private static double LogTail(double x) => x < 0 ? 0 : Math.Log(NormalDistribution.Mills(x)) - (x * x / 2) - 0.9189385332046727;

    private readonly record struct Part(double Weight, double Shift);
}
