using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Privacy.Training;

/// <summary>Judges a model on examples, so many at once, spread over the device.</summary>
internal sealed class ExampleEvaluator : IDisposable
{
    private const int Chunk = 64;

    private readonly Device _device;
    private readonly BoundArena _bound;
    private readonly Replay _replay;
    private readonly ArenaBuffer _parameters;
    private readonly ArenaBuffer _inputs;
    private readonly ArenaBuffer _targets;
    private readonly ArenaBuffer _losses;
    private readonly ArenaBuffer _metrics;

    public ExampleEvaluator(Layer model, Loss loss, Shape input, Shape target, Device device)
    {
        _device = device;
        int count = model.Parameters.Count;
        Shape[] shapes = [.. model.Parameters.Select(parameter => parameter.Shape), input, target];
        Computation one = Computation.Trace(shapes, arguments =>
        {
            Tensor output = model.Apply(arguments[count], arguments.AsSpan(..count));
            return [loss.Value(output, arguments[count + 1]), loss.Metric(output, arguments[count + 1])];
        });
        ArenaPlanner planner = new();
        _parameters = planner.Reserve(Region.Shared, "parameters", model.ParameterCount);
        _inputs = planner.Reserve(Region.Lane, "inputs", Chunk * input.Count);
        _targets = planner.Reserve(Region.Lane, "targets", Chunk * target.Count);
        _losses = planner.Reserve(Region.Lane, "losses", Chunk);
        _metrics = planner.Reserve(Region.Lane, "metrics", Chunk);
        ArenaBuffer[] parts = [.. model.Parameters.Select((parameter, i) => _parameters.Slice(model.Layout.Offsets[i], parameter.Shape.Count))];
        bool[] batched = [.. shapes.Select((_, argument) => argument >= count)];
        CompiledComputation compiled = planner.Compile(one.Vmap("example", Chunk, batched), [.. parts, _inputs, _targets], [_losses, _metrics], "evaluate");
        _bound = planner.Bind(device);
        _replay = _bound.Replay(compiled);
    }

    /// <summary>Means over examples 0 to count - 1.</summary>
    public ExampleScores Evaluate(ReadOnlySpan<float> parameters, IExampleSource examples, int count)
    {
        _bound.Write(_parameters, parameters);
        float[] losses = new float[count];
        float[] metrics = new float[count];
        int chunks = (count + Chunk - 1) / Chunk;
        int lanes = Math.Min(chunks, _device.Lanes);
        int input = examples.InputShape.Count, target = examples.TargetShape.Count;
        _device.RunLanes(lanes, lane =>
        {
            float[] inputs = new float[Chunk * input];
            float[] targets = new float[Chunk * target];
            for (int chunk = lane; chunk < chunks; chunk += lanes)
            {
                int start = chunk * Chunk;
                int rows = Math.Min(Chunk, count - start);
                for (int row = 0; row < rows; row++)
                {
                    examples.Fill(start + row, inputs.AsSpan(row * input, input), targets.AsSpan(row * target, target));
                }

                _bound.Write(_inputs, inputs, lane);
                _bound.Write(_targets, targets, lane);
                _replay.Run(lane);
                _bound.Read(_losses, losses.AsSpan(start, rows), lane);
                _bound.Read(_metrics, metrics.AsSpan(start, rows), lane);
            }
        });
        return new ExampleScores(count, Mean(losses), Mean(metrics));
    }

    public void Dispose() => _bound.Dispose();

    private static double Mean(float[] values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
