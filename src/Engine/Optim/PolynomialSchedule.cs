namespace FastDPMeta.Engine.Optim;

/// <summary>From one rate to another along (1 - step/steps) to a power.</summary>
internal sealed class PolynomialSchedule : Schedule
{
    private readonly double _from;
    private readonly double _to;
    private readonly long _steps;
    private readonly double _power;

    public PolynomialSchedule(double from, double to, long steps, double power)
    {
        if (!(IsRate(from) && IsRate(to) && steps >= 1 && power > 0 && double.IsFinite(power)))
        {
            throw new ArgumentException(
                "Polynomial: rates must be finite and at least 0, the length at least 1 and the power finite and above 0; "
                + FormattableString.Invariant($"got {from} to {to} over {steps} steps, power {power}."));
        }

        (_from, _to, _steps, _power) = (from, to, steps, power);
    }

    public override double At(long step) => _to + ((_from - _to) * Math.Pow(1 - Math.Clamp((double)step / _steps, 0, 1), _power));
}
