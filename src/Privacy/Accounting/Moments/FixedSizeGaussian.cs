namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of a Gaussian release over a uniform subset of fixed size m of n units, under exchanging one unit for another: γ = m/n, and z is the noise
/// standard deviation over the sensitivity 2C.
/// </summary>
/// <remarks>
/// <para>For s ≥ 1 the hockey-stick divergence H_s(P‖Q) = ∫(P - sQ)₊ of the release on two neighbours is at most h(s) = H_s((1-γ)N(0,z²) + γN(1,z²) ‖ N(0,z²)),
/// in both directions (advanced joint convexity: Balle, Barthe, Gaboardi 2018, theorem 2; the lot without the unit in question
/// differs from the one with it by an exchange too, hence one sensitivity for all three). Every moment is an integral of these divergences (Sason and Verdú 2016,
/// proposition 3): <c>A(α) = 1 + α(α-1)∫₁^∞ (s^{α-2}·H_s(P‖Q) + s^{-α-1}·H_s(Q‖P)) ds</c>. Inserting h twice and integrating over s first gives, with
/// L = 1 + y, y = γ(e^s - 1), s = u/z - 1/2z² and u ~ N(0,1) (an expectation under the second distribution of h),</para>
/// <para><c>A(α) ≤ 1 + E[L^α + L^{1-α} - 1 - L; y > 0] = A_Poisson(α) + E[k(y); y > 0] - E[h(y); y &lt; 0]</c>,</para>
/// <para>where A_Poisson is the sampled Gaussian of rate γ and multiplier z, k(y) = (1+y)^{1-α} - 1 + (α-1)y and h(y) = (1+y)^α - 1 - αy. Unlike the general bound of Wang, Balle and Kasiviswanathan
/// 2019 (theorem 9) it holds at all real orders, and it is tighter: h is attained, k ≤ h. At γ = 1 it is the plain Gaussian.</para>
/// <para>Of the two corrections, the first is bounded above, the second below, each by a sum over cells. E[k; y > 0] = ∫₀^∞ k''(t)·E[(y-t)₊] dt, where the expectation falls with
/// t: taking it at each cell's lower end bounds the integral above. E[h; y &lt; 0] = ∫_{-γ}^0 h''(t)·E[(t-y)₊] dt, where it rises with t: taking it
/// at each cell's lower end bounds the integral below. Both expectations have closed forms (they are the prices of options).</para>
/// </remarks>
internal sealed class FixedSizeGaussian : MomentBound
{
    /// <summary>Relative allowance for rounding in the normal distribution and in sums of some thousand terms.</summary>
    private const double Rounding = 4e-12;

    private const double LargestCell = 1.0 / 64;
    private const int LargestCellCount = 4096;

    /// <summary>Cells end where a normal tail of this many deviations begins; the last one reaches to infinity.</summary>
    private const double Reach = 9;

    private readonly SampledGaussian _sampled;
    private readonly Knot[] _above = [];
    private readonly Knot[] _below = [];

    /// <summary>One mechanism.</summary>
    /// <param name="rate">γ in [0, 1].</param>
    /// <param name="noiseMultiplier">z ≥ 0: noise standard deviation / 2C.</param>
    public FixedSizeGaussian(double rate, double noiseMultiplier)
    {
        _sampled = new SampledGaussian(rate, noiseMultiplier);
        if (rate is not (> 0 and < 1) || noiseMultiplier == 0)
        {
            return;
        }

        double half = 1 / (2 * noiseMultiplier);
        int cells = (int)Math.Min(LargestCellCount, Math.Ceiling((half + Reach) / LargestCell));
        double width = (half + Reach) / cells;
        _above = new Knot[cells + 1];
        _below = new Knot[cells + 1];
        for (int j = 0; j <= cells; j++)
        {
            double v = j * width; // u = ½z⁻¹ ± v, s = ±v/z
            double s = v / noiseMultiplier;
            double high = s > 30 ? s + Math.Log(rate + ((1 - rate) * Math.Exp(-s))) : PreciseMath.Log1p(rate * PreciseMath.Expm1(s));
            _above[j] = new Knot(high, rate * Call(half, v));
            _below[j] = new Knot(PreciseMath.Log1p(rate * PreciseMath.Expm1(-s)), rate * Put(half, v, s));
        }
    }

    /// <inheritdoc/>
    public override bool Depends => _sampled.Depends;

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double sampled = _sampled.LogMoment(order);
        if (_above.Length == 0 || double.IsInfinity(sampled))
        {
            return sampled;
        }

        double above = Above(order) * (1 + Rounding);
        double below = Below(order) * (1 - Rounding);
        double correction = Math.Max(0, above - below);
        double bound = sampled + (PreciseMath.Log1p(correction * Math.Exp(-sampled)) * (1 + Rounding));

        // Sampling never hurts (moments are jointly convex, and each pair of lots differs by an exchange at most).
        double unsampled = order * (order - 1) / (2 * _sampled.NoiseMultiplier * _sampled.NoiseMultiplier);
        return Math.Min(bound, unsampled * (1 + 1e-15));
    }

    /// <summary>E[k; y > 0] ≤ Σ (k'(t_{j+1}) - k'(t_j))·E[(y - t_j)₊] with k'(t) = (α-1)(1 - (1+t)^{-α}).</summary>
    private double Above(double order)
    {
        double sum = 0;
        double power = 1;
        for (int j = 0; j < _above.Length; j++)
        {
            double next = j + 1 < _above.Length ? Math.Exp(-order * _above[j + 1].LogL) : 0;
            sum += Math.Max(0, power - next) * _above[j].Expectation;
            power = next;
        }

        return (order - 1) * sum;
    }

    /// <summary>E[h; y &lt; 0] ≥ Σ (h'(t_j) - h'(t_{j+1}))·E[(t_{j+1} - y)₊] with falling t and h'(t) = α((1+t)^{α-1} - 1).</summary>
    private double Below(double order)
    {
        double sum = 0;
        double power = 1;
        for (int j = 1; j < _below.Length; j++)
        {
            double next = Math.Exp((order - 1) * _below[j].LogL);
            sum += Math.Max(0, power - next) * _below[j].Expectation;
            power = next;
        }

        return order * sum;
    }

    /// <summary>E[(e^s - e^{v/z})₊] = Φ(½z⁻¹ - v) - e^{v/z}·Φ(-½z⁻¹ - v), rounded up; e^{v/z}·φ(½z⁻¹ + v) = φ(½z⁻¹ - v).</summary>
    private static double Call(double half, double v)
    {
        double one = NormalDistribution.Cumulative(half - v);
        double two = NormalDistribution.Density(half - v) * NormalDistribution.Mills(half + v);
        return Math.Max(0, one - two) + (Rounding * (one + two));
    }

    /// <summary>E[(e^{-s} - e^S)₊] = e^{-s}·Φ(½z⁻¹ - v) - Φ(-½z⁻¹ - v) with S the log-ratio, rounded down, not below 0.</summary>
    private static double Put(double half, double v, double s)
    {
        double one = Math.Exp(-s) * NormalDistribution.Cumulative(half - v);
        double two = NormalDistribution.Cumulative(-half - v);
        return Math.Max(0, one - two - (Rounding * (one + two)));
    }

    /// <summary>The end of a cell.</summary>
    /// <param name="LogL">log(1 + t).</param>
    /// <param name="Expectation">E[(y - t)₊] above 0, E[(t - y)₊] below.</param>
    private readonly record struct Knot(double LogL, double Expectation);
}
