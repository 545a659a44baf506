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

    private const double LeastRate = 1e-12;

    private const double FirstOrder = 8;

    /// <summary>More rounds than any training takes; keeps the search for a number of rounds finite.</summary>
    public const long MostSteps = 1L << 50;

    /// <summary>The least σ, within <see cref="Tolerance"/>, whose ε after the given steps is at most the target.</summary>
    public static double NoiseMultiplier(double rate, long steps, double epsilon, double delta)
    {
        double order = FirstOrder;
        double low = 1, high = 1;
        while (high < LargestNoiseMultiplier && Quick(rate, high, steps, delta, ref order) > epsilon)
        {
            (low, high) = (high, 2 * high);
        }

        if (high >= LargestNoiseMultiplier)
        {
            throw Unreachable(epsilon);
        }

        while (low > LeastNoiseMultiplier && Quick(rate, low, steps, delta, ref order) <= epsilon)
        {
            (low, high) = (Math.Max(LeastNoiseMultiplier, low / 2), low);
        }

        // Narrow [low, high], where ε(low) > target ≥ ε(high) unless low is the least σ there is.
        RootBracket bracket = new(Math.Log(low), Math.Log(high), Tolerance);
        bracket.SetValues(Excess(Quick(rate, low, steps, delta, ref order), epsilon), Excess(Quick(rate, high, steps, delta, ref order), epsilon));
        while (bracket.TryPropose(out double logNoise))
        {
            bracket.Narrow(logNoise, Excess(Quick(rate, Math.Exp(logNoise), steps, delta, ref order), epsilon));
        }

        double noise = Math.Exp(bracket.SafeEnd());
        return Confirmed(noise, noiseMultiplier => Epsilon(rate, noiseMultiplier, steps, delta) <= epsilon, upward: true);
    }

    /// <summary>The least σ, within <see cref="Tolerance"/>, with which a number of events of any kind keeps within the target.</summary>
    /// <param name="eventOf">The event of a σ; its cost falls with σ.</param>
    /// <param name="count">How many events.</param>
    /// <param name="epsilon">The target.</param>
    /// <param name="delta">δ.</param>
    public static double NoiseMultiplier(Func<double, PrivacyEvent> eventOf, long count, double epsilon, double delta)
    {
        double Excess(double noiseMultiplier) => Calibration.Excess(new StepCounter(eventOf(noiseMultiplier), delta).Epsilon(count), epsilon);

        (double low, double high) = (1, 1);
        (double lowValue, double highValue) = (Excess(1), double.NaN);
        highValue = lowValue;
        while (high < LargestNoiseMultiplier && highValue > 0)
        {
            (low, lowValue, high) = (high, highValue, 2 * high);
            highValue = Excess(high);
        }

        if (highValue > 0)
        {
            throw Unreachable(epsilon);
        }

        while (low > LeastNoiseMultiplier && lowValue <= 0)
        {
            (high, highValue, low) = (low, lowValue, Math.Max(LeastNoiseMultiplier, low / 2));
            lowValue = Excess(low);
        }

        RootBracket bracket = new(Math.Log(low), Math.Log(high), Tolerance);
        bracket.SetValues(lowValue, highValue);
        while (bracket.TryPropose(out double logNoise))
        {
            bracket.Narrow(logNoise, Excess(Math.Exp(logNoise)));
        }

        return Confirmed(Math.Exp(bracket.SafeEnd()), noiseMultiplier => Excess(noiseMultiplier) <= 0, upward: true);
    }

    /// <summary>The most steps whose ε is at most the target; 0 when a single one exceeds it, <see cref="MostSteps"/> when nothing does.</summary>
    public static long Steps(double rate, double noiseMultiplier, double epsilon, double delta) =>
        Steps(new PoissonSampledGaussianEvent(rate, noiseMultiplier), epsilon, delta);

    /// <summary>The most events of any kind whose ε is at most the target.</summary>
    public static long Steps(PrivacyEvent step, double epsilon, double delta)
    {
        StepCounter counter = new(step, delta);
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

    /// <summary>The highest sampling rate, within <see cref="Tolerance"/>, whose ε is at most the target; 0 when not even <see cref="LeastRate"/> is.</summary>
    public static double SamplingRate(double noiseMultiplier, long steps, double epsilon, double delta)
    {
        if (Epsilon(1, noiseMultiplier, steps, delta) <= epsilon)
        {
            return 1;
        }

        if (Epsilon(LeastRate, noiseMultiplier, steps, delta) > epsilon)
        {
            return 0;
        }

        double order = FirstOrder;
        RootBracket bracket = new(Math.Log(LeastRate), 0, Tolerance);
        bracket.SetValues(
            Excess(Quick(LeastRate, noiseMultiplier, steps, delta, ref order), epsilon), Excess(Quick(1, noiseMultiplier, steps, delta, ref order), epsilon));
        while (bracket.TryPropose(out double logRate))
        {
            bracket.Narrow(logRate, Excess(Quick(Math.Exp(logRate), noiseMultiplier, steps, delta, ref order), epsilon));
        }

        double rate = Math.Exp(bracket.SafeEnd());
        return Confirmed(rate, samplingRate => Epsilon(samplingRate, noiseMultiplier, steps, delta) <= epsilon, upward: false);
    }

    /// <summary>ε as the ledger computes it.</summary>
    public static double Epsilon(double rate, double noiseMultiplier, long steps, double delta) =>
        new StepCounter(new PoissonSampledGaussianEvent(rate, noiseMultiplier), delta).Epsilon(steps);

    /// <summary>ε by the continuous search alone, begun at the best order of the last call: several times quicker, and equal but for the search's tolerance.</summary>
    private static double Quick(double rate, double noiseMultiplier, long steps, double delta, ref double order)
    {
        StepObjective objective = new(new SampledGaussian(rate, noiseMultiplier), steps, delta);
        return OrderSearch.Minimize(ref objective, order, out order);
    }

    /// <summary>How far ε is from the target, as a logarithm: nearly linear in the logarithms of σ and q.</summary>
    private static double Excess(double epsilon, double target) => Math.Log(epsilon / target);

    /// <summary>Moves a parameter to the safe side by steps that grow from the tolerance until the full computation agrees: nearly always at once.</summary>
    private static double Confirmed(double value, Func<double, bool> isWithin, bool upward)
    {
        for (double step = Tolerance; !isWithin(value); step *= 4)
        {
            value *= upward ? 1 + step : 1 - step;
        }

        return value;
    }

    private static ArgumentOutOfRangeException Unreachable(double epsilon) => new(
        nameof(epsilon), epsilon, $"No noise multiplier below {LargestNoiseMultiplier:g} reaches this ε. Give a larger ε, a larger δ or fewer steps.");

    private readonly struct StepObjective(SampledGaussian mechanism, long steps, double delta) : IOrderObjective
    {
        public double At(double order) => RdpConversion.Epsilon(order, steps * mechanism.LogMoment(order) / (order - 1), delta);
    }

    /// <summary>One accountant, asked for different numbers of steps of the same event: the moments are computed once.</summary>
    private readonly struct StepCounter(PrivacyEvent step, double delta)
    {
        private readonly RdpAccountant _accountant = new(step.Neighbours);

        public double Epsilon(long steps)
        {
            _accountant.Charge(step, steps);
            double epsilon = _accountant.Spent(delta).Epsilon;
            _accountant.TakeBack(step, steps);
            return epsilon;
        }
    }
}
