using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Auditing;

/// <summary>Exact statements about a probability from a count: Clopper and Pearson 1934, and the masses they rest on.</summary>
internal static class BinomialBounds
{
    private const int Halvings = 60;
    private const int SmallFactorials = 32;

    /// <summary>The largest p that k successes in n trials do not rule out: P(Bin(n, p) ≤ k) = level, rounded up.</summary>
    /// <param name="trials">n ≥ 0.</param>
    /// <param name="successes">k, 0 to n.</param>
    /// <param name="level">The chance of being wrong, in (0, 1).</param>
    public static double Upper(int trials, int successes, double level)
    {
        if (successes >= trials)
        {
            return 1;
        }

        (double low, double high) = ((double)successes / trials, 1.0);
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;

            // At most k successes are at least n - k failures.
            bool ruledOut = BinomialTail.UpperBound(trials, 1 - middle, trials - successes) <= level;
            (low, high) = ruledOut ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>The smallest p that k successes in n trials do not rule out, rounded down.</summary>
    /// <inheritdoc cref="Upper" path="/param"/>
    public static double Lower(int trials, int successes, double level) => Math.Max(0, 1 - Upper(trials, trials - successes, level));

    /// <summary>min(1, 2·min(P(X ≥ k), P(X ≤ k))) for X ~ Bin(n, p), rounded up: how surprising a count is, on either side.</summary>
    public static double TwoSided(int trials, double probability, int successes)
    {
        double above = BinomialTail.UpperBound(trials, probability, successes);
        double below = BinomialTail.UpperBound(trials, 1 - probability, trials - successes);
        return Math.Min(1, 2 * Math.Min(above, below));
    }

    /// <summary>log P(Bin(n, p) = k), to 1e-9 for n up to 10⁶.</summary>
    /// <param name="trials">n ≥ 0.</param>
    /// <param name="probability">p in (0, 1).</param>
    /// <param name="successes">k, 0 to n.</param>
    public static double LogMass(int trials, double probability, int successes) =>
        LogFactorial(trials) - LogFactorial(successes) - LogFactorial(trials - successes)
        + (successes * Math.Log(probability)) + ((trials - successes) * PreciseMath.Log1p(-probability));

    private static double LogFactorial(int n)
    {
        if (n < SmallFactorials)
        {
            double sum = 0;
            for (int k = 2; k <= n; k++)
            {
                sum += Math.Log(k);
            }

            return sum;
        }

        double x = n;
        return ((x + 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12 * x)) - (1 / (360 * x * x * x)) + (1 / (1260 * x * x * x * x * x));
    }
}
