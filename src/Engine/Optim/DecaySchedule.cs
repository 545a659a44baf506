namespace FastDPMeta.Engine.Optim;

/// <summary>From one rate to another along a line or half a cosine; equal rates make a constant.</summary>
internal sealed class DecaySchedule : Schedule
{
    private readonly double _from;
    private readonly double _to;
    private readonly long _steps;
    private readonly bool _cosine;

    public DecaySchedule(double from, double to, long steps, bool cosine)
    {
        if (!(from >= 0 && double.IsFinite(from) && to >= 0 && double.IsFinite(to) && steps >= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Schedule: rates must be finite and at least 0 and the length at least 1; got {from} to {to} over {steps} steps."));
        }

        (_from, _to, _steps, _cosine) = (from, to, steps, cosine);
    }

    public override double At(long step)
    {
        double along = Math.Clamp((double)step / _steps, 0, 1);
        double weight = _cosine ? (1 - Math.Cos(Math.PI * along)) / 2 : along;
        return _from + ((_to - _from) * weight);
    }
}
