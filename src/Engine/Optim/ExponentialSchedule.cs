namespace FastDPMeta.Engine.Optim;

/// <summary>A rate that is multiplied by one factor every so many steps.</summary>
internal sealed class ExponentialSchedule : Schedule
{
    private readonly double _rate;
    private readonly double _factor;
    private readonly long _every;

    public ExponentialSchedule(double rate, double factor, long every)
    {
        if (!(IsRate(rate) && IsRate(factor) && every >= 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Step or Exponential: rate and factor must be finite and at least 0 and the number of steps at least 1; got {rate}, {factor} and {every}."));
        }

        (_rate, _factor, _every) = (rate, factor, every);
    }

    public override double At(long step) => _rate * Math.Pow(_factor, step / _every);
}
