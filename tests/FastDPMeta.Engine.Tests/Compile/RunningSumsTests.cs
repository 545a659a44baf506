using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Tests.Compile;

public sealed class RunningSumsTests : IDisposable
{
    private const int Rows = 6, Count = 4, Width = 3;

    private static readonly Shape Table = new(Rows, Width);
    private static readonly Shape Updates = new(Count, Width);
    private static readonly float[] Old = [.. Enumerable.Range(0, Rows * Width).Select(i => i * 0.5f)];
    private static readonly float[] Index = [4, 1, 4, 9]; // one row twice, one outside
    private static readonly float[] Added = [.. Enumerable.Range(1, Count * Width).Select(i => (float)i)];

    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    [Fact]
    public void A_scatter_added_to_an_argument_in_its_place_touches_the_named_rows_only()
    {
        Plan plan = new(Computation.Trace([Table, new(Count), Updates], x => x[0] + x[1].ScatterAdd(x[2], Rows)));
        Assert.Equal(1, plan.Compiled.LaunchCount);
        Assert.Equal(0, plan.Compiled.ScratchFloats);
        Assert.Contains("scatterAdd to sum", plan.Compiled.Explain(), StringComparison.Ordinal);
        Assert.Equal(Expected(times: 2), plan.Run(_device, times: 2));
    }

    [Fact]
    public void The_sum_may_come_first_or_second_and_through_reshapes()
    {
        Plan plan = new(Computation.Trace(
            [Table, new(Count), Updates],
            x => x[1].Reshape(1, Count).ScatterAdd(x[2].Reshape(1, Count, Width), Rows).Reshape(Rows, Width) + x[0]));
        Assert.Equal(1, plan.Compiled.LaunchCount);
        Assert.Equal(Expected(times: 1), plan.Run(_device, times: 1));
    }

    [Fact]
    public void Whoever_else_reads_the_old_sum_sees_it()
    {
        Plan plan = new(Computation.Trace([Table, new(Count), Updates], x => [x[0] + x[1].ScatterAdd(x[2], Rows), x[0].Square().Sum(1)]), Rows);
        Assert.DoesNotContain("scatterAdd to sum", plan.Compiled.Explain(), StringComparison.Ordinal);
        Assert.Equal(Expected(times: 1), plan.Run(_device, times: 1));
        Assert.Equal([.. Old.Chunk(Width).Select(row => row.Sum(value => value * value))], plan.Extra);
    }

    [Fact]
    public void A_scatter_that_others_read_is_computed_by_itself()
    {
        Plan plan = new(
            Computation.Trace(
                [Table, new(Count), Updates],
                x => x[1].ScatterAdd(x[2], Rows) is var scatter ? [x[0] + scatter, scatter.Sum(1)] : []),
            Rows);
        Assert.DoesNotContain("scatterAdd to sum", plan.Compiled.Explain(), StringComparison.Ordinal);
        Assert.Equal(Expected(times: 1), plan.Run(_device, times: 1));
    }

    [Fact]
    public void A_sum_that_goes_elsewhere_leaves_the_argument_alone()
    {
        ArenaPlanner planner = new();
        ArenaBuffer[] arguments = [.. new[] { Rows * Width, Count, Count * Width }.Select(size => planner.Reserve(Region.Lane, "argument", size))];
        ArenaBuffer result = planner.Reserve(Region.Lane, "result", Rows * Width);
        CompiledComputation compiled = planner.Compile(Computation.Trace([Table, new(Count), Updates], x => x[0] + x[1].ScatterAdd(x[2], Rows)), arguments, [result]);
        using BoundArena arena = planner.Bind(_device, 1);
        Plan.Write(arena, arguments);
        arena.Replay(compiled).Run(0);
        float[] values = new float[Rows * Width];
        arena.Read(result, values);
        Assert.Equal(Expected(times: 1), values);
        arena.Read(arguments[0], values);
        Assert.Equal(Old, values);
    }

    [Fact]
    public void A_table_carried_through_a_scan_is_summed_as_written()
    {
        Computation program = Computation.Trace([Table, new(3, Count), new(3, Count, Width)], x =>
            Scan.Run(x[..1], x[1..], [], (carry, item, _) => ([carry[0] + item[0].ScatterAdd(item[1], Rows)], [])).Carries[0]);
        double[][] arguments =
        [
            [.. Old.Select(value => (double)value)],
            [.. Enumerable.Range(0, 3 * Count).Select(i => (double)(i * i % (Rows + 1)))],
            [.. Enumerable.Range(0, 3 * Count * Width).Select(i => (double)i)],
        ];
        ArenaPlanner planner = new();
        ArenaBuffer[] buffers = [.. program.Inputs.Select(input => planner.Reserve(Region.Lane, "argument", input.Shape.Count))];
        CompiledComputation compiled = planner.Compile(program, buffers, [buffers[0]]);
        using BoundArena arena = planner.Bind(_device, 1);
        for (int i = 0; i < buffers.Length; i++)
        {
            arena.Write(buffers[i], [.. arguments[i].Select(value => (float)value)]);
        }

        arena.Replay(compiled).Run(0);
        float[] sum = new float[Rows * Width];
        arena.Read(buffers[0], sum);
        Assert.Equal([.. Interpreter.Run(program, arguments)[0].Select(value => (float)value)], sum);
    }

    public void Dispose() => _device.Dispose();

    private static float[] Expected(int times)
    {
        float[] sum = [.. Old];
        for (int n = 0; n < Count * times; n++)
        {
            for (int column = 0; column < Width && Index[n % Count] < Rows; column++)
            {
                sum[((int)Index[n % Count] * Width) + column] += Added[(n % Count * Width) + column];
            }
        }

        return sum;
    }

    /// <summary>A computation whose first result replaces its first argument, a table; a second one goes elsewhere.</summary>
    private sealed class Plan
    {
        private readonly ArenaPlanner _planner = new();
        private readonly ArenaBuffer[] _arguments;
        private readonly ArenaBuffer? _extra;

        public Plan(Computation computation, int extra = 0)
        {
            _arguments = [.. computation.Inputs.Select(input => _planner.Reserve(Region.Lane, "argument", input.Shape.Count))];
            _extra = extra > 0 ? _planner.Reserve(Region.Lane, "extra", extra) : null;
            Compiled = _planner.Compile(computation, _arguments, _extra is null ? [_arguments[0]] : [_arguments[0], _extra]);
        }

        public CompiledComputation Compiled { get; }

        public float[] Extra { get; private set; } = [];

        public static void Write(BoundArena arena, ArenaBuffer[] arguments)
        {
            arena.Write(arguments[0], Old);
            arena.Write(arguments[1], Index);
            arena.Write(arguments[2], Added);
        }

        public float[] Run(Device device, int times)
        {
            using BoundArena arena = _planner.Bind(device, 1);
            Write(arena, _arguments);
            for (int i = 0; i < times; i++)
            {
                arena.Replay(Compiled).Run(0);
            }

            if (_extra is { } buffer)
            {
                Extra = new float[buffer.Count];
                arena.Read(buffer, Extra);
            }

            float[] sum = new float[_arguments[0].Count];
            arena.Read(_arguments[0], sum);
            return sum;
        }
    }
}
