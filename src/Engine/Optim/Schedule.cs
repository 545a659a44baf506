namespace FastDPMeta.Engine.Optim;

/// <summary>A learning rate over steps. A plain number converts to a constant rate.</summary>
public abstract class Schedule
{
    /// <summary>The rate of a step.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    public abstract double At(long step);

    /// <summary>The same rate at every step.</summary>
    /// <param name="rate">At least 0, finite.</param>
    public static Schedule Constant(double rate) => new DecaySchedule(rate, rate, 1, cosine: false);

    /// <summary>A straight line from one rate to another, which then stays.</summary>
    /// <param name="from">Rate of step 0.</param>
    /// <param name="to">Rate from step <paramref name="steps"/> on.</param>
    /// <param name="steps">Length of the decay, at least 1.</param>
    public static Schedule Linear(double from, double to, long steps) => new DecaySchedule(from, to, steps, cosine: false);

    /// <summary>Half a cosine from one rate to another, which then stays (Loshchilov and Hutter 2017, equation 5, without restarts).</summary>
    /// <param name="from">Rate of step 0.</param>
    /// <param name="to">Rate from step <paramref name="steps"/> on.</param>
    /// <param name="steps">Length of the decay, at least 1.</param>
    public static Schedule Cosine(double from, double to, long steps) => new DecaySchedule(from, to, steps, cosine: true);

    /// <summary>Multiplied by a factor after every so many steps: rate·factor^⌊step/every⌋.</summary>
    /// <param name="rate">Rate of step 0.</param>
    /// <param name="factor">At least 0, finite.</param>
    /// <param name="every">Steps between two changes, at least 1.</param>
    public static Schedule Step(double rate, double factor, long every) => new ExponentialSchedule(rate, factor, every);

    /// <summary>Multiplied by a factor at given steps.</summary>
    /// <param name="rate">Rate of step 0 before any change.</param>
    /// <param name="factor">At least 0, finite.</param>
    /// <param name="milestones">The steps from which on one more factor acts, rising.</param>
    public static Schedule MultiStep(double rate, double factor, params ReadOnlySpan<long> milestones) => new StepSchedule(rate, factor, milestones);

    /// <summary>Multiplied by a factor at every step: rate·factor^step.</summary>
    /// <param name="rate">Rate of step 0.</param>
    /// <param name="factor">At least 0, finite.</param>
    public static Schedule Exponential(double rate, double factor) => new ExponentialSchedule(rate, factor, 1);

    /// <summary>to + (from - to)·(1 - step/steps)^power, which then stays.</summary>
    /// <param name="from">Rate of step 0.</param>
    /// <param name="to">Rate from step <paramref name="steps"/> on.</param>
    /// <param name="steps">Length of the decay, at least 1.</param>
    /// <param name="power">Above 0; 1 is a straight line.</param>
    public static Schedule Polynomial(double from, double to, long steps, double power) => new PolynomialSchedule(from, to, steps, power);

    /// <summary>
    /// Half a cosine up to a peak and half a cosine down again (after Smith and Topin 2018): from peak/<paramref name="start"/> at step 0 to the peak at
    /// step rise·steps - 1 to peak/start/<paramref name="end"/> at step steps - 1, which then stays.
    /// </summary>
    /// <param name="peak">The highest rate.</param>
    /// <param name="steps">Length of the cycle, at least 2.</param>
    /// <param name="rise">Share of the steps before the peak, in (0, 1).</param>
    /// <param name="start">Peak over first rate, at least 1.</param>
    /// <param name="end">First rate over last, at least 1.</param>
    public static Schedule OneCycle(double peak, long steps, double rise = 0.3, double start = 25, double end = 1e4) => new OneCycleSchedule(peak, steps, rise, start, end);

    /// <summary>Rises in a straight line over the first steps: rate·(step + 1)/steps, and follows this schedule afterwards from its own step 0.</summary>
    /// <param name="steps">Length of the rise, at least 1.</param>
    public Schedule After(long steps) => new WarmupSchedule(this, steps);

    /// <summary>A constant rate.</summary>
    /// <param name="rate">At least 0, finite.</param>
    public static implicit operator Schedule(double rate) => Constant(rate);

    /// <summary>A constant rate; the named form of the conversion.</summary>
    /// <param name="rate">At least 0, finite.</param>
    public static Schedule FromDouble(double rate) => Constant(rate);

    /// <summary>Whether a number can be a rate or a factor of one.</summary>
    private protected static bool IsRate(double value) => value >= 0 && double.IsFinite(value);
}
