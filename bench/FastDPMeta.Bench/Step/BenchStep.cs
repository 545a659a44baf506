using System.Diagnostics;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>A model's step on the same lot over and over: copying it in, accumulating, releasing.</summary>
internal sealed class BenchStep : IDisposable
{
    private readonly PrivateStep _step;
    private readonly IUnitSource _units;
    private readonly RandomKey? _key;
    private readonly int[] _lot;
    private long _round;

    public BenchStep(Layer model, StepSpec spec, IUnitSource units, Device device)
    {
        _step = new PrivateStep(spec, device);
        _step.WriteParameters(model.Initialize(1));
        _units = units;
        _key = spec.Plan.IsPrivate ? RandomKey.FromOperatingSystem() : null;
        _lot = [.. Enumerable.Range(0, spec.Plan.ExpectedLot)];
    }

    /// <summary>What was compiled.</summary>
    public StepPrograms Programs => _step.Programs;

    /// <summary>Runs one step.</summary>
    public void Run()
    {
        _step.Accumulate(_lot, _units);
        _step.Release(_key, (ulong)_round, _round);
        _round++;
    }

    /// <summary>Runs until the runtime has compiled everything for good, which it does in the background after some tenths of a second however short the steps.</summary>
    /// <param name="seconds">So long, but at least three steps.</param>
    public void WarmUp(double seconds)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int steps = 0; steps < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; steps++)
        {
            Run();
        }
    }

    public void Dispose()
    {
        _step.Dispose();
        _key?.Dispose();
    }
}
