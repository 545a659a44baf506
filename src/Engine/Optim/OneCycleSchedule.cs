namespace FastDPMeta.Engine.Optim;

/// <summary>
/// Half a cosine up from peak/start to the peak, which is reached at step rise·steps - 1, and half a cosine down to peak/start/end, which is reached at
/// step steps - 1 and stays (after Smith and Topin 2018).
/// </summary>
internal sealed class OneCycleSchedule : Schedule
{
    private readonly double _peak;
    private readonly double _first;
    private readonly double _last;
    private readonly double _top;
    private readonly long _steps;

    public OneCycleSchedule(double peak, long steps, double rise, double start, double end)
    {
        if (!(IsRate(peak) && steps >= 2 && rise is > 0 and < 1 && start >= 1 && double.IsFinite(start) && end >= 1 && double.IsFinite(end)))
        {
            throw new ArgumentException("OneCycle: the peak must be finite and at least 0, the length at least 2, the rise in (0, 1) and both divisors finite and at least 1; "
                + FormattableString.Invariant($"got peak {peak}, {steps} steps, rise {rise}, divisors {start} and {end}."));
        }

        (_peak, _first, _last) = (peak, peak / start, peak / start / end);
        (_top, _steps) = ((rise * steps) - 1, steps);
    }

    public override double At(long step)
    {
        double at = Math.Min(step, _steps - 1);
        return at <= _top && _top > 0 ? Between(_first, _peak, at / _top) : Between(_peak, _last, (at - _top) / (_steps - 1 - _top));
    }

    private static double Between(double from, double to, double along) => to + ((from - to) * (1 + Math.Cos(Math.PI * along)) / 2);
}
