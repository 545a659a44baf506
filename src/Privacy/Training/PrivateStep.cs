using FastDPMeta.Engine.Compile;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// One private step on one device: <c>Accumulate</c> for every chunk of the lot, <c>Release</c> exactly once. Between the two the caller charges
/// the ledger. After the first round nothing here allocates.
/// </summary>
internal sealed class PrivateStep : IDisposable
{
    private readonly StepSpec _spec;
    private readonly Device _device;
    private readonly StepPrograms _programs;
    private readonly BoundArena _bound;
    private readonly Replay _accumulateFirst;
    private readonly Replay _accumulateNext;
    private readonly Replay _exportFirst;
    private readonly Replay _exportNext;
    private readonly Replay _releaseOne;
    private readonly Replay _releaseMany;
    private readonly LaneStaging[] _staging;
    private readonly Action<int> _lane;
    private readonly float[] _scalars;
    private readonly float[] _key = new float[NoiseSpec.KeyWords];
    private readonly float[] _statistics = new float[StepPrograms.StatisticCount];
    private int[] _lot = [];
    private int _count;
    private int _lanes = 1;
    private IUnitSource? _source;

    public PrivateStep(StepSpec spec, Device device)
    {
        _spec = spec;
        _device = device;
        _programs = new StepPrograms(spec);
        _bound = _programs.Planner.Bind(device);
        _accumulateFirst = _bound.Replay(_programs.AccumulateFirst);
        _accumulateNext = _bound.Replay(_programs.AccumulateNext);
        _exportFirst = _bound.Replay(_programs.ExportFirst);
        _exportNext = _bound.Replay(_programs.ExportNext);
        _releaseOne = _bound.Replay(_programs.ReleaseOne);
        _releaseMany = _bound.Replay(_programs.ReleaseMany);
        _staging = [.. Enumerable.Range(0, device.Lanes).Select(_ => new LaneStaging(spec))];
        _scalars = new float[spec.Optimizer.ScalarNames.Count];
        _lane = RunLane;
    }

    /// <summary>Whether units come with a key of the round behind their data.</summary>
    public bool Keyed => _spec.Keyed;

    /// <summary>What was compiled, for people.</summary>
    public string Explain() => _programs.Explain(_bound.Arena.Layout);

    /// <summary>Reads the flat parameters.</summary>
    public void ReadParameters(Span<float> values) => _bound.Read(_programs.Parameters, values);

    /// <summary>Replaces the flat parameters.</summary>
    public void WriteParameters(ReadOnlySpan<float> values) => _bound.Write(_programs.Parameters, values);

    /// <summary>Reads optimizer state vector <paramref name="index"/>.</summary>
    public void ReadState(int index, Span<float> values) => _bound.Read(_programs.State[index], values);

    /// <summary>Replaces optimizer state vector <paramref name="index"/>.</summary>
    public void WriteState(int index, ReadOnlySpan<float> values) => _bound.Write(_programs.State[index], values);

    /// <summary>
    /// Adds up the clipped gradients of a lot: chunk c runs on lane c % lanes, and lanes are added in order, so that the sum depends on the lot and the
    /// number of lanes only. An empty lot leaves a sum of zero.
    /// </summary>
    /// <param name="lot">Numbers of the units; kept for the call only.</param>
    /// <param name="source">Their data.</param>
    public RoundDiagnostics Accumulate(ReadOnlySpan<int> lot, IUnitSource source)
    {
        if (_lot.Length < lot.Length)
        {
            _lot = new int[Math.Max(lot.Length, _lot.Length * 2)];
        }

        lot.CopyTo(_lot);
        _count = lot.Length;
        _source = source;
        _lanes = Math.Clamp((_count + _spec.Chunk - 1) / _spec.Chunk, 1, _staging.Length);
        if (_lanes == 1)
        {
            RunLane(0);
        }
        else
        {
            _device.RunLanes(_lanes, _lane);
        }

        _source = null;
        return Diagnose();
    }

    /// <summary>
    /// Adds the round's noise to the sum and updates the parameters. Call it once after <see cref="Accumulate"/>, and only after the ledger
    /// has recorded the round.
    /// </summary>
    /// <param name="key">The run's noise key; null without privacy.</param>
    /// <param name="round">Number of the round: no two releases of a key share one.</param>
    /// <param name="step">Number of optimizer steps before this one.</param>
    public void Release(RandomKey? key, ulong round, long step)
    {
        _spec.Optimizer.FillScalars(step, _scalars);
        _bound.Write(_programs.Scalars, _scalars);
        if (_programs.Key is { } buffer)
        {
            ArgumentNullException.ThrowIfNull(key);
            key.WriteNoiseKey(_key, round);
            _bound.Write(buffer, _key);
        }

        if (_lanes == 1)
        {
            _releaseOne.RunWide();
            return;
        }

        for (int lane = 1; lane < _lanes; lane++)
        {
            (lane == 1 ? _exportFirst : _exportNext).Run(lane);
        }

        _releaseMany.RunWide();
    }

    /// <summary>Lane 0's sum after a lot of one chunk: not private. For tests.</summary>
    internal float[] ReadSum()
    {
        float[] sum = new float[_spec.Layout.TrainableCount];
        _bound.Read(_programs.Sum, sum);
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.Clear(_key);
        _bound.Dispose();
    }

    private void RunLane(int lane)
    {
        // An empty lot still runs one chunk of padding, which leaves a sum of zero.
        Replay replay = _accumulateFirst;
        int start = lane * _spec.Chunk;
        do
        {
            int count = Math.Clamp(_count - start, 0, _spec.Chunk);
            _staging[lane].Fill(_source!, _lot.AsSpan(start, count));
            _staging[lane].Upload(_bound, _programs, lane);
            replay.Run(lane);
            replay = _accumulateNext;
            start += _lanes * _spec.Chunk;
        }
        while (start < _count);
    }

    private RoundDiagnostics Diagnose()
    {
        Span<float> total = stackalloc float[StepPrograms.StatisticCount];
        total.Clear();
        for (int lane = 0; lane < _lanes; lane++)
        {
            _bound.Read(_programs.Statistics, _statistics, lane);
            for (int i = 0; i < _statistics.Length; i++)
            {
                total[i] += _statistics[i];
            }
        }

        float usable = total[StepPrograms.Real] - total[StepPrograms.NotFinite];
        return new RoundDiagnostics(
            (int)total[StepPrograms.Real],
            (int)total[StepPrograms.Clipped],
            (int)total[StepPrograms.NotFinite],
            total[StepPrograms.Loss] / usable,
            total[StepPrograms.Metric] / usable);
    }
}
