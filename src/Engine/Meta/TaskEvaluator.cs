using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Judges a meta-learned model on tasks it never saw: adapts to each task's support set for a number of steps and measures its query set.
/// Tasks are batched into one computation and spread over the device.
/// </summary>
public sealed class TaskEvaluator : IDisposable
{
    private const int LargestChunk = 8;

    private readonly Device _device;
    private readonly BoundArena _bound;
    private readonly Replay _replay;
    private readonly ArenaBuffer _parameters;
    private readonly ArenaBuffer[] _data;
    private readonly ArenaBuffer _outputs;
    private readonly ArenaBuffer _losses;
    private readonly ArenaBuffer _metrics;
    private readonly int _chunk;
    private readonly int[] _sizes;

    /// <summary>Compiles the evaluation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">Loss and metric of one example.</param>
    /// <param name="learner">How tasks are adapted to.</param>
    /// <param name="shape">Shapes of a task.</param>
    /// <param name="steps">Steps of adaptation, at least 0; learners without steps ignore it.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="chunk">Tasks computed at once per lane; memory and speed only. 0 lets the evaluator choose.</param>
    public TaskEvaluator(Layer model, Loss loss, Learner learner, TaskShape shape, int steps, Device device, int chunk = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        (_device, Norms) = (device, model.Norms);
        Layer learned = learner.Learned(model, shape);
        Computation one = learner.Evaluate(model, loss, shape, steps);
        int parameters = learned.Parameters.Count;
        _sizes = [.. one.Inputs.Skip(parameters).Select(input => input.Shape.Count)];
        OutputCount = one.Outputs[0].Shape.Count;
        _chunk = chunk > 0 ? chunk : ChunkChoice.Of(device, LargestChunk, LargestChunk, units => Plan(learned, one, _sizes, units).Planner.Layout(1).LaneFloats);
        Planned plan = Plan(learned, one, _sizes, _chunk);
        (_parameters, _data, _outputs, _losses, _metrics) = (plan.Parameters, plan.Data, plan.Outputs, plan.Losses, plan.Metrics);
        _bound = plan.Planner.Bind(device);
        _replay = _bound.Replay(plan.Compiled);
    }

    /// <summary>What the model's features are normalised over; every score carries it.</summary>
    public IReadOnlyList<NormKind> Norms { get; }

    /// <summary>Numbers that the model predicts for the query set of one task.</summary>
    public int OutputCount { get; }

    /// <summary>Judges tasks.</summary>
    /// <param name="parameters">The flat parameters, laid out as those of <see cref="Learner.Learned"/>.</param>
    /// <param name="tasks">Where tasks come from.</param>
    /// <param name="first">First task number.</param>
    /// <param name="count">How many tasks, at least 1.</param>
    /// <param name="predictions">Optionally room for count × <see cref="OutputCount"/> predictions.</param>
    public TaskScores Evaluate(ReadOnlySpan<float> parameters, ITaskSource tasks, long first, int count, float[]? predictions = null)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _bound.Write(_parameters, parameters);
        float[] losses = new float[count];
        float[] metrics = new float[count];
        int chunks = (count + _chunk - 1) / _chunk;
        int lanes = Math.Min(chunks, _device.Lanes);
        _device.RunLanes(lanes, lane =>
        {
            float[][] staging = [.. _sizes.Select(size => new float[size * _chunk])];
            for (int chunk = lane; chunk < chunks; chunk += lanes)
            {
                int start = chunk * _chunk;
                int rows = Math.Min(_chunk, count - start);
                for (int row = 0; row < rows; row++)
                {
                    Fill(tasks, first + start + row, staging, row);
                }

                for (int i = 0; i < staging.Length; i++)
                {
                    _bound.Write(_data[i], staging[i], lane);
                }

                _replay.Run(lane);
                _bound.Read(_losses, losses.AsSpan(start, rows), lane);
                _bound.Read(_metrics, metrics.AsSpan(start, rows), lane);
                if (predictions is not null)
                {
                    _bound.Read(_outputs, predictions.AsSpan(start * OutputCount, rows * OutputCount), lane);
                }
            }
        });
        return new TaskScores(losses, metrics) { Norms = Norms };
    }

    /// <summary>Frees memory; not the device.</summary>
    public void Dispose() => _bound.Dispose();

    /// <summary>The computation of so many tasks, and its buffers.</summary>
    private static Planned Plan(Layer learned, Computation one, int[] sizes, int chunk)
    {
        bool[] batched = [.. one.Inputs.Select((_, argument) => argument >= learned.Parameters.Count)];
        ArenaPlanner planner = new();
        ArenaBuffer flat = planner.Reserve(Region.Shared, "parameters", learned.ParameterCount);
        ArenaBuffer[] data = [.. sizes.Select((size, i) => planner.Reserve(Region.Lane, $"data {i}", size * chunk))];
        ArenaBuffer outputs = planner.Reserve(Region.Lane, "predictions", one.Outputs[0].Shape.Count * chunk);
        ArenaBuffer losses = planner.Reserve(Region.Lane, "losses", chunk);
        ArenaBuffer metrics = planner.Reserve(Region.Lane, "metrics", chunk);
        ArenaBuffer[] parts = [.. learned.Parameters.Select((parameter, i) => flat.Slice(learned.Layout.Offsets[i], parameter.Shape.Count))];
        CompiledComputation compiled = planner.Compile(one.Vmap("task", chunk, batched), [.. parts, .. data], [outputs, losses, metrics], "evaluate");
        return new Planned(planner, compiled, flat, data, outputs, losses, metrics);
    }

    private void Fill(ITaskSource tasks, long task, float[][] staging, int row) => tasks.Fill(
        task,
        staging[0].AsSpan(row * _sizes[0], _sizes[0]),
        staging[1].AsSpan(row * _sizes[1], _sizes[1]),
        staging[2].AsSpan(row * _sizes[2], _sizes[2]),
        staging[3].AsSpan(row * _sizes[3], _sizes[3]));

    private sealed record Planned(
        ArenaPlanner Planner, CompiledComputation Compiled, ArenaBuffer Parameters, ArenaBuffer[] Data, ArenaBuffer Outputs, ArenaBuffer Losses, ArenaBuffer Metrics);
}
