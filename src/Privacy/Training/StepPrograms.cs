using System.Globalization;
using System.Text;
using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// The computations of a private step and the buffers they share. Accumulating has two forms, the first chunk of a lane (which stores) and later ones
/// (which add), so that no pass is spent on clearing sums; adding lanes and releasing have two forms for the same reason.
/// </summary>
internal sealed class StepPrograms
{
    /// <summary>Index of each figure in the statistics vector.</summary>
    public const int Loss = 0, Metric = 1, Real = 2, Clipped = 3, NotFinite = 4, StatisticCount = 5;

    private readonly StepSpec _spec;

    public StepPrograms(StepSpec spec)
    {
        _spec = spec = spec.TrainableFirst();
        int parameters = spec.Layout.TrainableCount;
        Parameters = Planner.Reserve(Region.Shared, "parameters", spec.Layout.Count);
        Rest = Planner.Reserve(Region.Shared, "gradient sums of other lanes", parameters);
        State = [.. Enumerable.Range(0, spec.Optimizer.StateNames.Count).Select(i => Planner.Reserve(Region.Shared, $"optimizer state {i}", parameters))];
        Scalars = Planner.Reserve(Region.Shared, "optimizer scalars", spec.Optimizer.ScalarNames.Count);
        Key = spec.Plan.IsPrivate ? Planner.Reserve(Region.Shared, "noise key", NoiseSpec.KeyWords) : null;
        Data = [.. spec.DataShapes.Select((shape, i) => Planner.Reserve(Region.Lane, $"data {i}", spec.Chunk * shape.Count))];
        Mask = Planner.Reserve(Region.Lane, "mask", spec.Chunk);
        Sum = Planner.Reserve(Region.Lane, "gradient sum", parameters);
        Statistics = Planner.Reserve(Region.Lane, "statistics", StatisticCount);

        Computation clippedSum = ClippedSum();
        AccumulateFirst = CompileAccumulate(clippedSum, adds: false);
        AccumulateNext = CompileAccumulate(clippedSum, adds: true);
        ExportFirst = CompileExport(adds: false);
        ExportNext = CompileExport(adds: true);
        ReleaseOne = CompileRelease(many: false);
        ReleaseMany = CompileRelease(many: true);
    }

    public ArenaPlanner Planner { get; } = new();

    /// <summary>All parameters, trainable ones first.</summary>
    public ArenaBuffer Parameters { get; }

    public ArenaBuffer Rest { get; }

    public ArenaBuffer[] State { get; }

    public ArenaBuffer Scalars { get; }

    public ArenaBuffer? Key { get; }

    public ArenaBuffer[] Data { get; }

    public ArenaBuffer Mask { get; }

    public ArenaBuffer Sum { get; }

    public ArenaBuffer Statistics { get; }

    public CompiledComputation AccumulateFirst { get; }

    public CompiledComputation AccumulateNext { get; }

    public CompiledComputation ExportFirst { get; }

    public CompiledComputation ExportNext { get; }

    public CompiledComputation ReleaseOne { get; }

    public CompiledComputation ReleaseMany { get; }

    /// <summary>Kernels, launches and bytes, for people.</summary>
    public string Explain(ArenaLayout layout)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"Private step: {_spec.Layout.TrainableCount} parameters, chunks of {_spec.Chunk} {_spec.UnitLabel}s, {layout.Lanes} lanes.");
        text.AppendLine().AppendLine("ACCUMULATE, for every chunk of a lot:").AppendLine(AccumulateFirst.Explain());
        text.AppendLine().AppendLine("RELEASE, once a round, after the ledger is charged:").AppendLine(ReleaseOne.Explain());
        return text.ToString();
    }

    /// <summary>Arguments: parameters, data with a unit axis, mask. Results: clipped sum of each parameter, then each statistic.</summary>
    private Computation ClippedSum()
    {
        int parameters = _spec.TrainableParameters;
        int[] frozen = [.. Enumerable.Range(parameters, _spec.Layout.Parameters.Count - parameters)];
        PerExampleGradients units = _spec.Objective.PerExample(_spec.UnitLabel, _spec.Chunk, parameters, frozen);
        Computation sums = _spec.Plan.IsPrivate ? units.Clip(_spec.Plan.ClipNorm).Sum() : units.Sum();
        if (_spec.Plan.IsPrivate)
        {
            VerifyIsolation(sums, parameters);
        }

        return Computation.Trace([.. sums.Inputs.Select(input => input.Shape)], inputs =>
        {
            Tensor[] results = sums.Call(inputs);

            // Results are: sums of parameters, of the objective, of loss and metric, then the counts of real, clipped and not finite units.
            return [.. results[..parameters], .. results[(parameters + 1)..]];
        });
    }

    /// <summary>
    /// The last gate before anything is compiled: every unit meets the others only in the clipped sums, and in the figures that are the operator's alone.
    /// </summary>
    private void VerifyIsolation(Computation sums, int parameters)
    {
        int?[] axes = [.. Enumerable.Range(0, sums.Inputs.Count).Select(argument => argument < _spec.Layout.Parameters.Count ? (int?)null : 0)];
        IsolationCheck.Verify(sums, _spec.UnitLabel, axes, [.. Enumerable.Range(parameters, sums.Outputs.Count - parameters)]);
    }

    private CompiledComputation CompileAccumulate(Computation clippedSum, bool adds)
    {
        ArenaBuffer[] results = [.. Split(Sum, _spec.TrainableParameters), .. Enumerable.Range(0, StatisticCount).Select(i => Statistics.Slice(i, 1))];
        ArenaBuffer[] arguments = [.. Split(Parameters, _spec.Layout.Parameters.Count), .. Data, Mask];
        if (!adds)
        {
            return Planner.Compile(clippedSum, arguments, results);
        }

        Shape[] shapes = [.. clippedSum.Inputs.Select(input => input.Shape), .. clippedSum.Outputs.Select(output => output.Shape)];
        Computation adding = Computation.Trace(shapes, inputs =>
        {
            Tensor[] chunk = clippedSum.Call(inputs.AsSpan(..clippedSum.Inputs.Count));
            return [.. chunk.Select((value, i) => inputs[clippedSum.Inputs.Count + i] + value)];
        });
        return Planner.Compile(adding, [.. arguments, .. results], results);
    }

    private CompiledComputation CompileExport(bool adds)
    {
        Shape flat = new(_spec.Layout.TrainableCount);
        return adds
            ? Planner.Compile(Computation.Trace([flat, flat], inputs => inputs[0] + inputs[1]), [Rest, Sum], [Rest])
            : Planner.Compile(Computation.Trace([flat], inputs => inputs[0]), [Sum], [Rest]);
    }

    private CompiledComputation CompileRelease(bool many)
    {
        Computation release = ReleaseComputation.Trace(_spec.Layout.TrainableCount, _spec.Optimizer, _spec.Plan, many);
        ArenaBuffer trainable = Parameters.Slice(0, _spec.Layout.TrainableCount);
        List<ArenaBuffer> arguments = [trainable, Sum];
        if (many)
        {
            arguments.Add(Rest);
        }

        arguments.AddRange(State);
        arguments.Add(Scalars);
        if (Key is not null)
        {
            arguments.Add(Key);
        }

        return Planner.Compile(release, arguments, [trainable, .. State]);
    }

    /// <summary>The first <paramref name="count"/> parameters within a flat vector.</summary>
    private ArenaBuffer[] Split(ArenaBuffer flat, int count) =>
        [.. _spec.Layout.Parameters.Take(count).Select((parameter, i) => flat.Slice(_spec.Layout.Offsets[i], parameter.Shape.Count))];
}
