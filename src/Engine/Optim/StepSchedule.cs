namespace FastDPMeta.Engine.Optim;

/// <summary>A rate that is multiplied by one factor at given steps.</summary>
internal sealed class StepSchedule : Schedule
{
    private readonly double _rate;
    private readonly double _factor;
    private readonly long[] _milestones;

    public StepSchedule(double rate, double factor, ReadOnlySpan<long> milestones)
    {
        _milestones = milestones.ToArray();
        if (!(IsRate(rate) && IsRate(factor)) || _milestones.Any(step => step < 0) || _milestones.Zip(_milestones.Skip(1), (a, b) => a >= b).Any(bad => bad))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"MultiStep: rate and factor must be finite and at least 0 and milestones rise from 0 or later; got {rate}, {factor} and milestones ")
                + $"{string.Join(", ", _milestones)}.");
        }

        (_rate, _factor) = (rate, factor);
    }

    public override double At(long step)
    {
        int passed = 0;
        while (passed < _milestones.Length && _milestones[passed] <= step)
        {
            passed++;
        }

        return _rate * Math.Pow(_factor, passed);
    }
}
