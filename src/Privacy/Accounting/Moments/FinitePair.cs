namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Two distributions P and Q on finitely many points, as masses under Q and likelihood ratios P/Q: all that moments and hockey sticks need to know. A pair of densities
/// with a monotone ratio becomes one by <see cref="FromCells"/>, and is dominated by it.
/// </summary>
/// <remarks>
/// Sampling a unit with probability q turns the ratio l into 1 - q + ql under Q, whatever the mechanism (Zhu, Dong, Wang 2022, "Optimal accounting of differential privacy via characteristic function", theorem 11), hence
/// <see cref="Sampled"/>. Points where Q vanishes are not held: their mass is a δ and is paid for by <see cref="MomentBound.Tail"/>.
/// </remarks>
internal sealed class FinitePair
{
    private readonly double[] _mass;
    private readonly double[] _excess;
    private readonly double[] _logRatio;

    private FinitePair(double[] mass, double[] excess, double[] logRatio)
    {
        (_mass, _excess, _logRatio) = (mass, excess, logRatio);
        for (int i = 0; i < mass.Length; i++)
        {
            if (mass[i] > 0)
            {
                LargestLoss = Math.Max(LargestLoss, logRatio[i]);
                SmallestLoss = Math.Min(SmallestLoss, logRatio[i]);
            }

            Residual += mass[i] * excess[i];
            Scale += mass[i] * Math.Abs(excess[i]);
        }
    }

    /// <summary>Masses under Q.</summary>
    public ReadOnlySpan<double> Mass => _mass;

    /// <summary>P/Q - 1 of each point.</summary>
    public ReadOnlySpan<double> Excess => _excess;

    /// <summary>log P/Q of each point.</summary>
    public ReadOnlySpan<double> LogRatio => _logRatio;

    /// <summary>The largest log P/Q.</summary>
    public double LargestLoss { get; } = double.NegativeInfinity;

    /// <summary>The smallest log P/Q.</summary>
    public double SmallestLoss { get; } = double.PositiveInfinity;

    /// <summary>Σ Q·(P/Q - 1): 0 but for rounding.</summary>
    public double Residual { get; }

    /// <summary>Σ Q·|P/Q - 1|: twice the total variation, the size against which rounding is measured.</summary>
    public double Scale { get; }

    /// <summary>A pair from masses and log ratios.</summary>
    public static FinitePair Of(double[] mass, double[] logRatio) => new(mass, Array.ConvertAll(logRatio, PreciseMath.Expm1), logRatio);

    /// <summary>The two distributions that dominate all pairs of ε-differential privacy: randomised response on one bit (Kairouz, Oh, Viswanath 2015, theorem 3.4).</summary>
    /// <param name="epsilon">ε ≥ 0.</param>
    public static FinitePair Pure(double epsilon)
    {
        double less = Math.Exp(-epsilon);
        return Of([1 / (1 + less), less / (1 + less)], [-epsilon, epsilon]);
    }

    /// <summary>
    /// Splits the mass of every cell onto its two ends such that both masses of the cell are kept. The ratio is spread out at equal mean, so every convex function of it, and with
    /// it every moment and every hockey stick, sampled or not, can only rise: the points dominate the densities.
    /// </summary>
    /// <param name="logRatio">log P/Q at the ends of the cells, rising; one more than cells.</param>
    /// <param name="excess">P/Q - 1 at the ends.</param>
    /// <param name="mass">Q of each cell.</param>
    /// <param name="difference">P - Q of each cell.</param>
    public static FinitePair FromCells(double[] logRatio, double[] excess, double[] mass, double[] difference)
    {
        double[] atoms = new double[logRatio.Length];
        for (int i = 0; i < mass.Length; i++)
        {
            double width = excess[i + 1] - excess[i];
            double above = width > 0 && mass[i] > 0 ? Math.Clamp(((difference[i] / mass[i]) - excess[i]) / width, 0, 1) : 0;
            atoms[i] += mass[i] * (1 - above);
            atoms[i + 1] += mass[i] * above;
        }

        return new FinitePair(atoms, excess, logRatio);
    }

    /// <summary>The pair of the release when the unit takes part with probability q only.</summary>
    /// <param name="rate">q in [0, 1].</param>
    public FinitePair Sampled(double rate)
    {
        double[] excess = Array.ConvertAll(_excess, y => rate * y);
        double[] logRatio = new double[excess.Length];
        for (int i = 0; i < excess.Length; i++)
        {
            double s = _logRatio[i];
            logRatio[i] = rate == 1 || rate == 0 ? rate * s
                : s > 30 ? s + Math.Log(rate + ((1 - rate) * Math.Exp(-s))) : PreciseMath.Log1p(excess[i]);
        }

        return new FinitePair(_mass, excess, logRatio);
    }
}
