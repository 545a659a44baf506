using System.Globalization;
using System.Text;
using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// The computations of a private step and the buffers they share. Accumulating has two forms, the first chunk of a strand (which stores) and later ones
/// (which add), so that no pass is spent on clearing sums; adding strands and releasing have two forms for the same reason.
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
        Total = Planner.Reserve(Region.Shared, "gradient sum of all strands", parameters);
        State = [.. Enumerable.Range(0, spec.Optimizer.StateNames.Count).Select(i => Planner.Reserve(Region.Shared, $"optimizer state {i}", parameters))];
        Scalars = Planner.Reserve(Region.Shared, "optimizer scalars", spec.Optimizer.ScalarNames.Count);
        Key = spec.Plan.PerturbsInUpdate ? Planner.Reserve(Region.Shared, "noise key", NoiseSpec.KeyWords) : null;
        if (spec.Plan.Clipping is { Kind: ClippingKind.Adaptive })
        {
            ClipNorm = Planner.Reserve(Region.Shared, "clip norm", 1);
            Deviation = Planner.Reserve(Region.Shared, "noise standard deviation", 1);
        }

        Data = [.. spec.DataShapes.Select((shape, i) => Planner.Reserve(Region.Lane, $"data {i}", spec.Chunk * shape.Count))];
        Mask = Planner.Reserve(Region.Lane, "mask", spec.Chunk);
        Sum = Planner.Reserve(Region.Lane, "gradient sum", parameters);
        Statistics = Planner.Reserve(Region.Lane, "statistics", StatisticCount);

        Computation clippedSum = ClippedSum(spec);
        AccumulateFirst = CompileAccumulate(clippedSum, adds: false);
        AccumulateNext = CompileAccumulate(clippedSum, adds: true);
        ExportFirst = CompileExport(adds: false);
        ExportNext = CompileExport(adds: true);
        SharedNoise = spec.Plan.IsPrivate && spec.Plan.Sampling is StreamScheme ? new SharedNoisePrograms(Planner, Sum, Total) : null;
        ReleaseOne = CompileRelease(Sum);
        ReleaseMany = CompileRelease(Total);
    }

    public ArenaPlanner Planner { get; } = new();

    /// <summary>All parameters, trainable ones first.</summary>
    public ArenaBuffer Parameters { get; }

    public ArenaBuffer Total { get; }

    public ArenaBuffer[] State { get; }

    public ArenaBuffer Scalars { get; }

    public ArenaBuffer? Key { get; }

    /// <summary>The clip norm, where it adapts.</summary>
    public ArenaBuffer? ClipNorm { get; }

    /// <summary>The noise's standard deviation, where the clip norm adapts.</summary>
    public ArenaBuffer? Deviation { get; }

    /// <summary>Where rounds share their noise.</summary>
    public SharedNoisePrograms? SharedNoise { get; }

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

    /// <summary>The accumulation of a chunk and the floats of a lane that runs it, to choose sizes by; less work than compiling a whole step.</summary>
    public static (CompiledComputation Accumulation, long Floats) Measure(StepSpec spec)
    {
        ArenaPlanner planner = new();
        ArenaBuffer[] Buffers(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(tensor => planner.Reserve(Region.Lane, "figure", tensor.Shape.Count))];
        Computation sums = ClippedSum(spec);
        CompiledComputation accumulation = planner.Compile(sums, Buffers(sums.Inputs), Buffers(sums.Outputs));
        return (accumulation, planner.Layout(1).LaneFloats);
    }

    /// <summary>Kernels, launches and bytes, for people.</summary>
    public string Explain(ArenaLayout layout)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"Private step: {_spec.Layout.TrainableCount} parameters, chunks of {_spec.Chunk} {_spec.UnitLabel}s, {layout.Lanes} lanes.");
        text.AppendLine().AppendLine("ACCUMULATE, for every chunk of a lot:").AppendLine(AccumulateFirst.Explain());
        text.AppendLine().AppendLine("RELEASE, once a round, after the ledger is charged:").AppendLine(ReleaseOne.Explain());
        return text.ToString();
    }

    /// <summary>Arguments: parameters, data with a unit axis, mask, the clip norm where it adapts. Results: clipped sum of each parameter, then each statistic.</summary>
    private static Computation ClippedSum(StepSpec spec)
    {
        int parameters = spec.TrainableParameters;
        int[] frozen = [.. Enumerable.Range(parameters, spec.Layout.Parameters.Count - parameters)];
        PerExampleGradients units = spec.Objective.PerExample(spec.UnitLabel, spec.Chunk, parameters, frozen);
        PerExampleGradients clipped = Clip(spec, units);
        Computation sums = (spec.Plan.Lattice is { } lattice ? clipped.RoundTo(lattice.Step, lattice.Sensitivity) : clipped).Sum();
        if (spec.Plan.IsPrivate)
        {
            VerifyIsolation(spec, sums, parameters);
        }

        return Computation.Trace([.. sums.Inputs.Select(input => input.Shape)], inputs =>
        {
            Tensor[] results = sums.Call(inputs);

            // Results are: sums of parameters, of the objective, of loss and metric, then the counts of real, clipped and not finite units.
            return [.. results[..parameters], .. results[(parameters + 1)..]];
        });
    }

    private static PerExampleGradients Clip(StepSpec spec, PerExampleGradients units)
    {
        switch (spec.Plan.Clipping)
        {
            case null:
                return units;
            case { Kind: ClippingKind.PerLayer } layers:
                (int[] groups, double[] norms) = layers.LayersOf(new ParameterLayout([.. spec.Layout.Parameters.Take(spec.TrainableParameters)]));
                return units.ClipGroups(groups, norms);
            case { Kind: ClippingKind.Automatic } automatic:
                return units.Normalize(automatic.Norm, automatic.Stabilizer);
            case { Kind: ClippingKind.Adaptive }:
                return units.ClipToArgument();
            case var flat:
                return units.Clip(flat.Norm);
        }
    }

    /// <summary>
    /// The last gate before anything is compiled: every unit meets the others only in the clipped sums, and in the figures that are the operator's alone.
    /// </summary>
    private static void VerifyIsolation(StepSpec spec, Computation sums, int parameters)
    {
        int first = spec.Layout.Parameters.Count;
        int behind = first + spec.DataShapes.Length + 1; // and the mask
        int?[] axes = [.. Enumerable.Range(0, sums.Inputs.Count).Select(argument => argument >= first && argument < behind ? 0 : (int?)null)];
        IsolationCheck.Verify(sums, spec.UnitLabel, axes, [.. Enumerable.Range(parameters, sums.Outputs.Count - parameters)]);
    }

    private CompiledComputation CompileAccumulate(Computation clippedSum, bool adds)
    {
        ArenaBuffer[] results = [.. Split(Sum, _spec.TrainableParameters), .. Enumerable.Range(0, StatisticCount).Select(i => Statistics.Slice(i, 1))];
        ArenaBuffer[] whole = Split(Parameters, _spec.Layout.Parameters.Count);
        ArenaBuffer[] arguments = ClipNorm is null ? [.. whole, .. Data, Mask] : [.. whole, .. Data, Mask, ClipNorm];
        if (!adds)
        {
            return Planner.Compile(clippedSum, arguments, results);
        }

        Shape[] shapes = [.. clippedSum.Inputs.Select(input => input.Shape), .. clippedSum.Outputs.Select(output => output.Shape)];
        Computation adding = Computation.Trace(shapes, inputs =>
        {
            Tensor[] chunk = clippedSum.Call(inputs.AsSpan(..clippedSum.Inputs.Count));

            // Whole numbers are added up by LatticeSums, chunk by chunk: only figures are added here.
            int summed = _spec.Plan.Lattice is null ? 0 : _spec.TrainableParameters;
            return [.. chunk.Select((value, i) => i < summed ? value : inputs[clippedSum.Inputs.Count + i] + value)];
        });
        return Planner.Compile(adding, [.. arguments, .. results], results);
    }

    private CompiledComputation CompileExport(bool adds)
    {
        Shape flat = new(_spec.Layout.TrainableCount);
        return adds
            ? Planner.Compile(Computation.Trace([flat, flat], inputs => inputs[0] + inputs[1]), [Total, Sum], [Total])
            : Planner.Compile(Computation.Trace([flat], inputs => inputs[0]), [Sum], [Total]);
    }

    private CompiledComputation CompileRelease(ArenaBuffer sum)
    {
        Computation release = ReleaseComputation.Trace(_spec.Layout.TrainableCount, _spec.Optimizer, _spec.Plan);
        ArenaBuffer trainable = Parameters.Slice(0, _spec.Layout.TrainableCount);
        List<ArenaBuffer> arguments = [trainable, sum, .. State, Scalars];
        if (Key is not null)
        {
            arguments.Add(Key);
        }

        if (Deviation is not null)
        {
            arguments.Add(Deviation);
        }

        return Planner.Compile(release, arguments, [trainable, .. State]);
    }

    /// <summary>The first <paramref name="count"/> parameters within a flat vector.</summary>
    private ArenaBuffer[] Split(ArenaBuffer flat, int count) =>
        [.. _spec.Layout.Parameters.Take(count).Select((parameter, i) => flat.Slice(_spec.Layout.Offsets[i], parameter.Shape.Count))];
}
