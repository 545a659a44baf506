using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Compile;

public sealed class ArenaPlannerTests : IDisposable
{
    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 2 });

    [Fact]
    public void An_accumulator_adds_to_itself_in_place()
    {
        ArenaPlanner planner = new();
        ArenaBuffer sum = planner.Reserve(Region.Lane, "sum", 5);
        ArenaBuffer item = planner.Reserve(Region.Lane, "item", 5);
        CompiledComputation add = planner.Compile(Computation.Trace([new(5), new(5)], x => x[0] + x[1]), [sum, item], [sum]);
        Assert.Equal(1, add.LaunchCount);
        Assert.Equal(0, add.ScratchFloats);
        using BoundArena arena = planner.Bind(_device, 1);
        arena.Write(item, [1, 2, 3, 4, 5]);
        for (int i = 0; i < 3; i++)
        {
            arena.Replay(add).Run(0);
        }

        Assert.Equal([3, 6, 9, 12, 15], Read(arena, sum));
    }

    [Fact]
    public void Buffers_can_be_exchanged()
    {
        ArenaPlanner planner = new();
        ArenaBuffer a = planner.Reserve(Region.Lane, "a", 3);
        ArenaBuffer b = planner.Reserve(Region.Lane, "b", 3);
        CompiledComputation swap = planner.Compile(Computation.Trace([new(3), new(3)], x => [x[1], x[0]]), [a, b], [a, b]);
        using BoundArena arena = planner.Bind(_device, 1);
        arena.Write(a, [1, 2, 3]);
        arena.Write(b, [4, 5, 6]);
        arena.Replay(swap).Run(0);
        Assert.Equal([4, 5, 6], Read(arena, a));
        Assert.Equal([1, 2, 3], Read(arena, b));
    }

    [Fact]
    public void A_result_that_replaces_an_argument_others_still_read_is_right()
    {
        Shape square = new(4, 4);
        Computation program = Computation.Trace([square, square], x =>
        {
            Tensor first = x[0].SwapLast() + x[1];
            Tensor second = first.MatMul(x[0]) - x[0].Sum(0).BroadcastAt(0, 4);
            return [first, second, x[0] * 2.0];
        });
        ArenaPlanner planner = new();
        ArenaBuffer[] buffers = [.. Enumerable.Range(0, 3).Select(i => planner.Reserve(Region.Lane, $"b{i}", 16))];

        // Results 0 and 1 replace both arguments; the transposed reading of argument 0 forbids writing over it early.
        CompiledComputation compiled = planner.Compile(program, [buffers[0], buffers[1]], buffers);
        using BoundArena arena = planner.Bind(_device, 1);
        double[][] arguments = Networks.Arguments(program);
        arena.Write(buffers[0], [.. arguments[0].Select(value => (float)value)]);
        arena.Write(buffers[1], [.. arguments[1].Select(value => (float)value)]);
        arena.Replay(compiled).Run(0);
        double[][] expected = Interpreter.Run(program, arguments);
        for (int i = 0; i < 3; i++)
        {
            Assert.InRange(Numeric.RelativeError([.. Read(arena, buffers[i]).Select(value => (double)value)], expected[i]), 0, Tolerance.Compiled);
        }
    }

    [Fact]
    public void Parameters_updated_in_place_take_no_copies()
    {
        Computation step = Networks.ClassifierStep(inputs: 12, hidden: 8, classes: 4, examples: 6);
        ArenaPlanner planner = new();
        ArenaBuffer flat = planner.Reserve(Region.Shared, "parameters", step.Inputs.Take(4).Sum(input => input.Shape.Count));
        int offset = 0;
        ArenaBuffer[] parameters = [.. step.Inputs.Take(4).Select(input => flat.Slice((offset += input.Shape.Count) - input.Shape.Count, input.Shape.Count))];
        ArenaBuffer[] data = [.. step.Inputs.Skip(4).Select(input => planner.Reserve(Region.Lane, "data", input.Shape.Count))];
        CompiledComputation compiled = planner.Compile(step, [.. parameters, .. data], parameters);
        Assert.DoesNotContain("copy", compiled.Explain(), StringComparison.Ordinal);
        using BoundArena arena = planner.Bind(_device, 1);
        double[][] arguments = Networks.Arguments(step);
        foreach ((ArenaBuffer buffer, double[] values) in parameters.Concat(data).Zip(arguments))
        {
            arena.Write(buffer, [.. values.Select(value => (float)value)]);
        }

        arena.Replay(compiled).Run(0);
        double[][] expected = Interpreter.Run(step, arguments);
        for (int i = 0; i < 4; i++)
        {
            Assert.InRange(Numeric.RelativeError([.. Read(arena, parameters[i]).Select(value => (double)value)], expected[i]), 0, Tolerance.Compiled);
        }
    }

    [Fact]
    public void Results_do_not_depend_on_what_scratch_held_before()
    {
        Computation meta = Networks.MetaLoss(widths: [1, 8, 8, 1], examples: 5, steps: 2).Grad(0, 1, 2, 3, 4, 5);
        ArenaPlanner planner = new();
        ArenaBuffer[] inputs = [.. meta.Inputs.Select(input => planner.Reserve(Region.Lane, "input", input.Shape.Count))];
        ArenaBuffer[] outputs = [.. meta.Outputs.Select(output => planner.Reserve(Region.Lane, "output", output.Shape.Count))];
        CompiledComputation compiled = planner.Compile(meta, inputs, outputs);
        using BoundArena arena = planner.Bind(_device, 3);
        long reserved = arena.Arena.Layout.LaneFloats - compiled.ScratchFloats;
        float[] poison = [.. Enumerable.Repeat(float.NaN, (int)compiled.ScratchFloats)];
        double[][] arguments = Networks.Arguments(meta);
        for (int lane = 0; lane < 3; lane++)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                arena.Write(inputs[i], [.. arguments[i].Select(value => (float)value)], lane);
            }

            arena.Arena.Write(Region.Lane, lane, reserved, lane == 1 ? poison : new float[poison.Length]);
        }

        Replay replay = arena.Replay(compiled);
        _device.RunLanes(3, replay.Run);
        for (int lane = 1; lane < 3; lane++)
        {
            // The same bits in every lane, poisoned or not.
            Assert.All(outputs, output => Assert.Equal(Read(arena, output), Read(arena, output, lane)));
        }

        float[][] before = [.. outputs.Select(output => Read(arena, output))];
        replay.RunWide();
        Assert.All(outputs.Zip(before), pair => Assert.Equal(pair.Second, Read(arena, pair.First)));
    }

    [Fact]
    public void Computations_of_one_arena_share_scratch()
    {
        ArenaPlanner planner = new();
        ArenaBuffer x = planner.Reserve(Region.Lane, "x", 64);
        ArenaBuffer y = planner.Reserve(Region.Lane, "y", 1);
        CompiledComputation Norm(double power) => planner.Compile(
            Computation.Trace([new(8, 8)], t => (t[0].MatMul(t[0]) * power).Tanh().MatMul(t[0]).Sum()), [x], [y]);
        (CompiledComputation one, CompiledComputation two) = (Norm(1), Norm(2));
        ArenaBuffer late = planner.Reserve(Region.Lane, "late", 16);
        Assert.Equal(64 + 16 + 16 + Math.Max(one.ScratchFloats, two.ScratchFloats), planner.Layout(2).LaneFloats);
        using BoundArena arena = planner.Bind(_device, 1);
        arena.Write(late, [7, 7]);
        arena.Replay(one).Run(0);
        arena.Replay(two).Run(0);
        Assert.Equal([7, 7], Read(arena, late)[..2]);
    }

    [Fact]
    public void Replays_allocate_nothing()
    {
        Computation meta = Networks.MetaLoss(widths: [1, 8, 8, 1], examples: 5, steps: 1).Grad(0, 1, 2, 3, 4, 5);
        using CompiledFunction compiled = Compiler.Compile(meta, _device);
        Replay replay = compiled.Arena.Replay(compiled.Computation);
        replay.Run(0);
        replay.RunWide();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            replay.Run(0);
            replay.RunWide();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_wrong_buffer_is_refused_by_name()
    {
        ArenaPlanner planner = new();
        ArenaBuffer small = planner.Reserve(Region.Lane, "small", 3);
        Computation twice = Computation.Trace([new(4)], x => x[0] * 2.0);
        ArgumentException error = Assert.Throws<ArgumentException>(() => planner.Compile(twice, [small], [small]));
        Assert.Contains("small has 3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => planner.Compile(twice, [], [small]));
        ArenaBuffer large = planner.Reserve(Region.Lane, "large", 6);
        Computation two = Computation.Trace([new(4)], x => [x[0] * 2.0, x[0] * 3.0]);
        error = Assert.Throws<ArgumentException>(() => planner.Compile(two, [large.Slice(0, 4)], [large.Slice(0, 4), large.Slice(2, 4)]));
        Assert.Contains("overlap", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => large.Slice(3, 4));
    }

    [Fact]
    public void A_long_recurrence_compiles_to_the_launches_of_one_step()
    {
        Computation program = Computation.Trace([new(1, 8), new(512, 1, 4), new(4, 8), new(8, 8)], x => Scan.Run(x[..1], x[1..2], x[2..], (carry, item, weights) =>
        {
            Tensor next = (item[0].MatMul(weights[0]) + carry[0].MatMul(weights[1])).Tanh();
            return ([next], [next]);
        }).Carries[0].Sum()).Grad(2, 3);
        using CompiledFunction compiled = Compiler.Compile(program, _device);
        Assert.InRange(compiled.Computation.KernelCount, 1, 20);
        Assert.InRange(compiled.Computation.LaunchCount, 512 * 4, 512 * 12);
        double[][] arguments = Networks.Arguments(program, 0.3);
        double[][] expected = Interpreter.Run(program, arguments);
        float[][] actual = compiled.Run([.. arguments.Select(values => values.Select(value => (float)value).ToArray())]);
        Assert.InRange(Numeric.RelativeError([.. actual[2].Select(value => (double)value)], expected[2]), 0, Tolerance.CompiledSecondDerivative);
    }

    [Fact]
    public void A_training_step_keeps_its_number_of_launches()
    {
        Computation step = Networks.ClassifierStep(inputs: 784, hidden: 256, classes: 10, examples: 64);
        using CompiledFunction compiled = Compiler.Compile(step, _device);
        Assert.True(compiled.Computation.LaunchCount <= 19, compiled.Computation.Explain());
    }

    [Fact]
    public void A_convolution_and_its_derivatives_copy_no_windows()
    {
        Computation loss = Computation.Trace([new(8, 18, 18), new(8, 8, 3, 3)], x => OpSamples.Convolve(x[0].Tanh(), x[1]).Tanh().Sum());
        Computation batch = loss.Vmap("image", 4, true, false);
        Computation gradient = Computation.Trace([.. batch.Inputs.Select(input => input.Shape)], x => batch.Call(x)[0].Sum()).Grad();
        using CompiledFunction compiled = Compiler.Compile(gradient, _device);
        string listing = compiled.Computation.Explain();

        // All windows are 4·256·72 floats, read and written: the products read them where they lie.
        Assert.DoesNotContain(listing.Split('\n'), line => line.EndsWith("  copy", StringComparison.Ordinal) && line.Contains("589.8 kB", StringComparison.Ordinal));
        Assert.Contains("fold add", listing, StringComparison.Ordinal);
    }

    public void Dispose() => _device.Dispose();

    private static float[] Read(BoundArena arena, ArenaBuffer buffer, int lane = 0)
    {
        float[] values = new float[buffer.Count];
        arena.Read(buffer, values, lane);
        return values;
    }
}
