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
    private readonly float[] _deviation = new float[1];
    private readonly float[] _clip = new float[1];
    private readonly float[] _statistics = new float[StepPrograms.StatisticCount];
    private readonly double[] _totals = new double[StepPrograms.StatisticCount];
    private readonly Strands _strands = new();
    private readonly LatticeSums? _lattice;
    private readonly SharedNoise? _shared;
    private int[] _lot = [];
    private int _count;
    private IUnitSource? _source;

    public PrivateStep(StepSpec spec, Device device)
    {
        _spec = spec;
        _device = device;
        _programs = new StepPrograms(spec);
        int lanes = spec.Lanes > 0 ? Math.Min(spec.Lanes, device.Lanes) : device.Lanes;
        _bound = _programs.Planner.Bind(device, lanes);
        _accumulateFirst = _bound.Replay(_programs.AccumulateFirst);
        _accumulateNext = _bound.Replay(_programs.AccumulateNext);
        _exportFirst = _bound.Replay(_programs.ExportFirst);
        _exportNext = _bound.Replay(_programs.ExportNext);
        _releaseOne = _bound.Replay(_programs.ReleaseOne);
        _releaseMany = _bound.Replay(_programs.ReleaseMany);
        _staging = [.. Enumerable.Range(0, lanes).Select(lane => new LaneStaging(spec, _programs, _bound, lane))];
        _scalars = new float[spec.Optimizer.ScalarNames.Count];
        _lane = RunLane;
        _lattice = spec.Plan.Lattice is { } lattice ? new LatticeSums(lattice, spec.Layout.TrainableCount, device, lanes) : null;
        _shared = _programs.SharedNoise is { } noise ? new SharedNoise(noise, _bound, spec.Plan) : null;
        ClipNorm = spec.Plan.ClipNorm;
    }

    /// <summary>The clip norm of the next round: the plan's, unless it adapts.</summary>
    public float ClipNorm { get; set; }

    /// <summary>Bytes of the arena: the same for every lot.</summary>
    internal long Bytes => sizeof(float) * (_bound.Arena.Layout.SharedFloats + (_bound.Arena.Layout.LaneFloats * _bound.Arena.Layout.Lanes));

    /// <summary>What was compiled.</summary>
    internal StepPrograms Programs => _programs;

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
    /// Adds up the clipped gradients of a lot. The bits of the sum depend on the order of the lot and on the chunk, not on the number of lanes
    /// (<see cref="Strands"/>). An empty lot leaves a sum of zero.
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
        Array.Clear(_totals);
        if (_programs.ClipNorm is { } buffer)
        {
            _clip[0] = ClipNorm;
            _bound.Write(buffer, _clip);
        }

        // An empty lot still runs one chunk of padding, which leaves a sum of zero.
        _lattice?.Clear();
        _strands.Begin(Math.Max(1, (_count + _spec.Chunk - 1) / _spec.Chunk));
        int lanes = Math.Min(_strands.Count, _staging.Length);
        if (lanes == 1)
        {
            RunLane(0);
        }
        else
        {
            _device.RunLanes(lanes, _lane);
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

        if (_programs.Deviation is { } deviation)
        {
            _deviation[0] = Clipping.RoundUp(_spec.Plan.GradientNoiseMultiplier * _clip[0]); // the norm that the lot was clipped to
            _bound.Write(deviation, _deviation);
        }

        if (_lattice is not null)
        {
            ArgumentNullException.ThrowIfNull(key);
            _bound.Write(_programs.Total, _lattice.Release(key, round));
            _releaseMany.RunWide();
            return;
        }

        bool one = _strands.Count == 1;
        _shared?.AddTo(one ? 0 : 1, key, round);
        (one ? _releaseOne : _releaseMany).RunWide();
    }

    /// <summary>What one row of a chunk contributes, the others being there but not counted.</summary>
    /// <param name="data">Of all rows.</param>
    /// <param name="row">The row.</param>
    internal float[] SumOfRow(float[][] data, int row)
    {
        for (int i = 0; i < data.Length; i++)
        {
            _bound.Write(_programs.Data[i], data[i]);
        }

        float[] mask = new float[_spec.Chunk];
        mask[row] = 1;
        _bound.Write(_programs.Mask, mask);
        _accumulateFirst.Run(0);
        float[] sum = new float[_spec.Layout.TrainableCount];
        _bound.Read(_programs.Sum, sum);
        return sum;
    }

    /// <summary>The lot's sum in whole numbers, where noise is secure: not private. For tests.</summary>
    internal long[] ReadWholeSum() => _lattice!.Totals();

    /// <summary>The lot's sum: not private. For tests.</summary>
    internal float[] ReadSum()
    {
        float[] sum = new float[_spec.Layout.TrainableCount];
        _bound.Read(_strands.Count == 1 ? _programs.Sum : _programs.Total, sum);
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.Clear(_key);
        _lattice?.Dispose();
        _shared?.Dispose();
        _bound.Dispose();
    }

    private void RunLane(int lane)
    {
        try
        {
            while (_strands.TryTake(out int strand, out int first, out int last))
            {
                for (int chunk = first; chunk <= last; chunk++)
                {
                    RunChunk(lane, chunk, adds: chunk > first);
                }

                if (!_strands.Await(strand))
                {
                    return;
                }

                Join(lane, strand);
                _strands.Joined(strand);
            }
        }
        catch
        {
            _strands.Fail();
            throw;
        }
    }

    private void RunChunk(int lane, int chunk, bool adds)
    {
        int start = chunk * _spec.Chunk;
        _staging[lane].Fill(_source!, _lot.AsSpan(start, Math.Clamp(_count - start, 0, _spec.Chunk)));
        _staging[lane].Upload();
        (adds ? _accumulateNext : _accumulateFirst).Run(lane);
        _lattice?.Add(_bound, _programs.Sum, lane);
    }

    /// <summary>Adds a lane's strand to the total; one lane at a time, strands in order.</summary>
    private void Join(int lane, int strand)
    {
        if (_strands.Count > 1 && _lattice is null)
        {
            (strand == 0 ? _exportFirst : _exportNext).Run(lane);
        }

        _bound.Read(_programs.Statistics, _statistics, lane);
        for (int i = 0; i < _statistics.Length; i++)
        {
            _totals[i] += _statistics[i];
        }
    }

    private RoundDiagnostics Diagnose()
    {
        double usable = _totals[StepPrograms.Real] - _totals[StepPrograms.NotFinite];
        return new RoundDiagnostics(
            (int)_totals[StepPrograms.Real],
            (int)_totals[StepPrograms.Clipped],
            (int)_totals[StepPrograms.NotFinite],
            _totals[StepPrograms.Loss] / usable,
            _totals[StepPrograms.Metric] / usable);
    }
}
