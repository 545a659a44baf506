namespace FastDPMeta.Engine.Optim;

/// <summary>A linear rise before another schedule.</summary>
internal sealed class WarmupSchedule : Schedule
{
    private readonly Schedule _then;
    private readonly long _steps;

    public WarmupSchedule(Schedule then, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        _then = then;
        _steps = steps;
    }

    public override double At(long step) => step < _steps ? _then.At(0) * (step + 1) / _steps : _then.At(step - _steps);
}
