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

    /// <summary>Rises in a straight line over the first steps: rate·(step + 1)/steps, and follows this schedule afterwards from its own step 0.</summary>
    /// <param name="steps">Length of the rise, at least 1.</param>
    public Schedule After(long steps) => new WarmupSchedule(this, steps);

    /// <summary>A constant rate.</summary>
    /// <param name="rate">At least 0, finite.</param>
    public static implicit operator Schedule(double rate) => Constant(rate);

    /// <summary>A constant rate; the named form of the conversion.</summary>
    /// <param name="rate">At least 0, finite.</param>
    public static Schedule FromDouble(double rate) => Constant(rate);
}
