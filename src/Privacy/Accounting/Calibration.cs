namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Finds the parameter that just keeps within a budget: the least noise, the most rounds or the highest sampling rate. Always on the safe side: the
/// answer's own ε, computed as the ledger computes it, is checked to be within the target.
/// </summary>
internal static class Calibration
{
    /// <summary>Relative width at which a search over σ or q ends.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>Below this σ a release is hardly private at all (ε in the thousands): calibration goes no lower.</summary>
    private const double LeastNoiseMultiplier = 0.01;

    private const double LargestNoiseMultiplier = 1e9;

    /// <summary>More rounds than any training takes; keeps the search for a number of rounds finite.</summary>
    public const long MostSteps = 1L << 50;

    /// <summary>The least σ, within <see cref="Tolerance"/>, whose ε after the given steps is at most the target.</summary>
    public static double NoiseMultiplier(double rate, long steps, double epsilon, double delta)
    {
        double low = LeastNoiseMultiplier;
        double high = low;
        while (Epsilon(rate, high, steps, delta) > epsilon)
        {
            (low, high) = (high, 2 * high);
            if (high > LargestNoiseMultiplier)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(epsilon), epsilon, $"No noise multiplier below {LargestNoiseMultiplier:g} reaches this ε. Give a larger ε, a larger δ or fewer steps.");
            }
        }

        while (high > low * (1 + Tolerance))
        {
            double middle = Math.Sqrt(low * high);
            if (Epsilon(rate, middle, steps, delta) <= epsilon)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return high;
    }

    /// <summary>The most steps whose ε is at most the target; 0 when a single one exceeds it, <see cref="MostSteps"/> when nothing does.</summary>
    public static long Steps(double rate, double noiseMultiplier, double epsilon, double delta)
    {
        StepCounter counter = new(rate, noiseMultiplier, delta);
        if (counter.Epsilon(MostSteps) <= epsilon)
        {
            return MostSteps;
        }

        long within = 0;
        long beyond = 1;
        while (counter.Epsilon(beyond) <= epsilon)
        {
            (within, beyond) = (beyond, 2 * beyond);
        }

        while (beyond - within > 1)
        {
            long middle = within + ((beyond - within) / 2);
            if (counter.Epsilon(middle) <= epsilon)
            {
                within = middle;
            }
            else
            {
                beyond = middle;
            }
        }

        return within;
    }

    /// <summary>The highest sampling rate, within <see cref="Tolerance"/>, whose ε is at most the target; 0 when no positive rate of use is.</summary>
    public static double SamplingRate(double noiseMultiplier, long steps, double epsilon, double delta)
    {
        if (Epsilon(1, noiseMultiplier, steps, delta) <= epsilon)
        {
            return 1;
        }

        const double LeastRate = 1e-12;
        double low = LeastRate;
        double high = 1;
        if (Epsilon(low, noiseMultiplier, steps, delta) > epsilon)
        {
            return 0;
        }

        while (high > low * (1 + Tolerance))
        {
            double middle = Math.Sqrt(low * high);
            if (Epsilon(middle, noiseMultiplier, steps, delta) <= epsilon)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>ε as the ledger computes it.</summary>
    public static double Epsilon(double rate, double noiseMultiplier, long steps, double delta) =>
        new StepCounter(rate, noiseMultiplier, delta).Epsilon(steps);

    /// <summary>One accountant, asked for different numbers of steps of the same event: the moments are computed once.</summary>
    private readonly struct StepCounter(double rate, double noiseMultiplier, double delta)
    {
        private readonly RdpAccountant _accountant = new();
        private readonly PoissonSampledGaussianEvent _step = new(rate, noiseMultiplier);

        public double Epsilon(long steps)
        {
            _accountant.Charge(_step, steps);
            double epsilon = _accountant.Spent(delta).Epsilon;
            _accountant.TakeBack(_step, steps);
            return epsilon;
        }
    }
}
