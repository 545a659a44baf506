namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Rényi divergence of one Poisson-sampled Gaussian release at any real order above 1, under adding or removing one unit:
/// <c>A(α) = E[((1-q) + q·e^{(2x-1)/2σ²})^α]</c> over x ~ N(0, σ²), and <c>log A(α) = (α-1)·D_α</c>
/// (Mironov, Talwar, Zhang 2019, "Rényi Differential Privacy of the Sampled Gaussian Mechanism", §3.3; by their theorem 5 removing is
/// the worse direction). Every value errs upward: bounds of what the computation leaves out are added, and rounding is covered by
/// <see cref="RoundingSlack"/>.
/// </summary>
/// <remarks>
/// Orders given as whole numbers up to <see cref="LargestSummedOrder"/> use the closed binomial sum; all others the trapezoidal sum of <see cref="MomentGrid"/>.
/// Not thread-safe: the grid is grown on demand and kept, so that later orders cost a microsecond or two and allocate nothing.
/// </remarks>
internal sealed class SampledGaussian : MomentBound
{
    /// <summary>
    /// Relative allowance for floating-point rounding. The largest error of the sums below is that of log binomials built by up to 512
    /// additions of numbers below 400: less than 512·400·2⁻⁵³ &lt; 3e-11 in the worst case, 1e-13 in practice.
    /// </summary>
    public const double RoundingSlack = 3e-11;

    private const int LargestSummedOrder = 512;
    private const double LargestInterpolatedOrder = 1e6;

    private readonly MomentGrid? _grid;

    /// <summary>One mechanism. The arguments have been checked by the event they come from.</summary>
    /// <param name="samplingRate">q in [0, 1].</param>
    /// <param name="noiseMultiplier">σ ≥ 0.</param>
    public SampledGaussian(double samplingRate, double noiseMultiplier)
    {
        SamplingRate = samplingRate;
        NoiseMultiplier = noiseMultiplier;
        if (samplingRate is > 0 and < 1 && noiseMultiplier > 0)
        {
            _grid = new MomentGrid(samplingRate, noiseMultiplier);
        }
    }

    /// <summary>q.</summary>
    public double SamplingRate { get; }

    /// <summary>σ.</summary>
    public double NoiseMultiplier { get; }

    /// <inheritdoc/>
    public override bool Depends => SamplingRate > 0;

    /// <summary>An upper bound of log A(α), tight to <see cref="RoundingSlack"/>.</summary>
    /// <param name="order">α > 1.</param>
    /// <returns>≥ 0; 0 for q = 0, +∞ for σ = 0 with q > 0.</returns>
    public override double LogMoment(double order)
    {
        if (SamplingRate == 0)
        {
            return 0;
        }

        double unsampled = order * (order - 1) / (2 * NoiseMultiplier * NoiseMultiplier);
        if (_grid is null || double.IsInfinity(unsampled))
        {
            return NoiseMultiplier == 0 ? double.PositiveInfinity : unsampled * (1 + 1e-15);
        }

        // Sampling never hurts: A is at most the moment without it, which also covers orders beyond all other methods.
        return Math.Min(Sampled(order) * (1 + RoundingSlack), unsampled * (1 + 1e-15));
    }

    private double Sampled(double order)
    {
        if (order == Math.Floor(order) && order <= LargestSummedOrder)
        {
            return BinomialSum((int)order);
        }

        if (_grid!.Covers(order))
        {
            return _grid.LogMoment(order);
        }

        return order <= LargestInterpolatedOrder ? Interpolated(order) : double.PositiveInfinity;
    }

    /// <summary>log A is convex in α (a cumulant generating function), so the chord between whole orders lies above it.</summary>
    private double Interpolated(double order)
    {
        int below = (int)Math.Floor(order);
        double fraction = order - below;
        double low = below == 1 ? 0 : BinomialSum(below);
        return fraction == 0 ? low : low + (fraction * (BinomialSum(below + 1) - low));
    }

    /// <summary>
    /// A - 1 = Σ_{k≥2} C(α,k)·(1-q)^{α-k}·q^k·(e^{(k²-k)/2σ²} - 1): the k = 0 and k = 1 terms and the 1 cancel exactly, so that tiny
    /// divergences keep all their digits. Summed relative to the largest term so far.
    /// </summary>
    internal double BinomialSum(int order)
    {
        double logRate = Math.Log(SamplingRate);
        double logRest = PreciseMath.Log1p(-SamplingRate);
        double twiceVariance = 2 * NoiseMultiplier * NoiseMultiplier;
        double logBinomial = Math.Log(order);
        double largest = double.NegativeInfinity;
        double sum = 0;
        for (int k = 2; k <= order; k++)
        {
            logBinomial += Math.Log((order - k + 1.0) / k);
            double gain = PreciseMath.LogExpm1(((double)k * k - k) / twiceVariance);
            double term = logBinomial + ((order - k) * logRest) + (k * logRate) + gain;
            if (term > largest)
            {
                sum = (sum * Math.Exp(largest - term)) + 1;
                largest = term;
            }
            else
            {
                sum += Math.Exp(term - largest);
            }
        }

        return PreciseMath.Log1pExp(largest + Math.Log(sum));
    }
}
