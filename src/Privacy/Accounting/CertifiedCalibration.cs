namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// The parameter that just keeps a plan within (ε, δ) by the certified upper bound, the tightest there is: the least noise, the most steps, the highest rate. Always on the safe side: the bound of the answer
/// itself is within the target. (For ε given all else, or δ, see <see cref="Accountant.Certify"/> and <see cref="Accountant.CertifyDelta"/>.)
/// </summary>
/// <remarks>For plans whose parameters are fixed beforehand. Where they may depend on earlier results, only what a <see cref="PrivacyFilter"/> allows is proved.</remarks>
public static class CertifiedCalibration
{
    /// <summary>Relative width at which a search over σ or q ends.</summary>
    private const double Tolerance = 1e-9;

    private const double LeastNoiseMultiplier = 0.01;
    private const double LargestNoiseMultiplier = 1e9;
    private const double LeastRate = 1e-12;

    /// <summary>The least noise, to a relative 1e-9.</summary>
    /// <param name="eventOf">The whole plan at a noise multiplier; its ε must fall with it.</param>
    /// <param name="epsilon">The target ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>The multiplier, not below 0.01.</returns>
    /// <exception cref="ArgumentException">An argument is out of range, or no multiplier up to 10⁹ reaches the target.</exception>
    public static double NoiseMultiplier(Func<double, PrivacyEvent> eventOf, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(eventOf);
        new ArgumentErrors(nameof(NoiseMultiplier)).Epsilon(epsilon).Delta(delta).Throw();
        double Excess(double noise) => Math.Log(Upper(eventOf(noise), delta) / epsilon);

        (double low, double high) = (1, 1);
        double highValue = Excess(1);
        double lowValue = highValue;
        for (double factor = 1.3; highValue > 0; factor *= factor)
        {
            (low, lowValue, high) = (high, highValue, high * factor);
            highValue = Excess(high);
            if (high > LargestNoiseMultiplier)
            {
                throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, $"No noise multiplier up to {LargestNoiseMultiplier:g} reaches this ε. Give a larger ε, a larger δ or fewer steps.");
            }
        }

        for (double factor = 1.3; lowValue <= 0 && low > LeastNoiseMultiplier; factor *= factor)
        {
            (high, highValue, low) = (low, lowValue, Math.Max(LeastNoiseMultiplier, low / factor));
            lowValue = Excess(low);
        }

        return Narrow(low, lowValue, high, highValue, Excess, upward: true);
    }

    /// <summary>The most steps.</summary>
    /// <param name="step">One step.</param>
    /// <param name="epsilon">The target ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>0 when a single step exceeds the target; at most 2⁵⁰.</returns>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public static long Steps(PrivacyEvent step, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(step);
        new ArgumentErrors(nameof(Steps)).Epsilon(epsilon).Delta(delta).Throw();

        // What moments allow is allowed; the search goes on from there.
        long within = Calibration.Steps(step, epsilon, delta);
        if (within >= Calibration.MostSteps)
        {
            return Calibration.MostSteps;
        }

        bool Fits(long steps) => Upper(new SelfComposedEvent(step, steps), delta) <= epsilon;
        long stride = Math.Max(1, within / 16);
        long beyond = within + stride;
        while (Fits(beyond))
        {
            within = beyond;
            stride *= 2;
            beyond = Math.Min(Calibration.MostSteps, within + stride);
            if (within == beyond)
            {
                return within;
            }
        }

        while (beyond - within > 1)
        {
            long middle = within + ((beyond - within) / 2);
            (within, beyond) = Fits(middle) ? (middle, beyond) : (within, middle);
        }

        return within;
    }

    /// <summary>The highest sampling rate, to a relative 1e-9.</summary>
    /// <param name="eventOf">The whole plan at a rate in (0, 1]; its ε must rise with it.</param>
    /// <param name="epsilon">The target ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>The rate, or 0 when not even 1e-12 is within the target.</returns>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public static double SamplingRate(Func<double, PrivacyEvent> eventOf, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(eventOf);
        new ArgumentErrors(nameof(SamplingRate)).Epsilon(epsilon).Delta(delta).Throw();
        double Excess(double rate) => Math.Log(Upper(eventOf(rate), delta) / epsilon);

        (double low, double high) = (1, 1);
        double highValue = Excess(1);
        if (highValue <= 0)
        {
            return 1;
        }

        double lowValue = highValue;
        for (double factor = 2; lowValue > 0; factor *= factor)
        {
            if (low <= LeastRate)
            {
                return 0;
            }

            (high, highValue, low) = (low, lowValue, Math.Max(LeastRate, low / factor));
            lowValue = Excess(low);
        }

        return Narrow(low, lowValue, high, highValue, Excess, upward: false);
    }

    private static double Upper(PrivacyEvent privacyEvent, double delta) => new CertifiedComposition(privacyEvent).UpperEpsilon(delta);

    private static double Narrow(double low, double lowValue, double high, double highValue, Func<double, double> excess, bool upward)
    {
        RootBracket bracket = new(Math.Log(low), Math.Log(high), Tolerance);
        bracket.SetValues(lowValue, highValue);
        while (bracket.TryPropose(out double log))
        {
            bracket.Narrow(log, excess(Math.Exp(log)));
        }

        double value = Math.Exp(bracket.SafeEnd());
        for (double step = Tolerance; excess(value) > 0; step *= 4)
        {
            value *= upward ? 1 + step : 1 - step;
        }

        return value;
    }
}
