using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Compile;

/// <summary>Where the values of recurrences and concatenations lie: what saves copies must not change numbers.</summary>
public sealed class StepLayoutTests : IDisposable
{
    private const int Rows = 3, Wide = 60, Narrow = 40; // no width is a whole number of cache lines

    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    [Theory]
    [InlineData(9, false)]
    [InlineData(9, true)]
    [InlineData(3, false)]
    public void Weights_that_every_step_multiplies_with_are_laid_out_once(int steps, bool reverse)
    {
        // Both ways through the same weights, so that one product reads them transposed; the derivative does so again.
        Computation program = Computation.Trace(
            [new(Rows, Wide), new(steps, Rows, Wide), new(Wide, Narrow)],
            x => Scan.Run(
                x[..1],
                [x[1]],
                [x[2]],
                (carry, item, weight) => ([((carry[0] + item[0]).MatMul(weight[0]).Tanh().MatMul(weight[0].SwapLast()) * 0.1).Tanh()], []),
                reverse).Carries[0].Square().Sum());
        string listing = Check(program).Explain();
        Assert.Equal(steps == 9, listing.Contains($"[{Wide}, {Narrow}]", StringComparison.Ordinal));
        Assert.Equal(steps == 9, listing.Contains($"[{Narrow}, {Wide}]", StringComparison.Ordinal));
        Check(program.Grad(), Tolerance.CompiledSecondDerivative);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Results_that_are_what_a_step_carries_on_lie_in_its_history(bool reverse)
    {
        Computation program = Computation.Trace([new(4), new(7, 4)], x =>
        {
            (Tensor[] last, Tensor[] all) = Scan.Run(
                x[..1],
                x[1..],
                [],
                (carry, item, _) =>
                {
                    Tensor next = (carry[0] * 0.5) + item[0].Tanh();
                    return ([next], [next, next * 2, next]);
                },
                reverse);
            return [last[0], all[0], all[1], all[2]];
        });
        Check(program);
        Check(Computation.Trace([new(4), new(7, 4)], x =>
        {
            Tensor[] y = program.Call(x);
            return (y[0] * y[1].Square().Sum(0) * y[2].Sum(0)).Sum() + y[3].Sum();
        }).Grad());
    }

    [Fact]
    public void A_concatenation_is_written_part_by_part_in_one_loop()
    {
        CompiledComputation compiled = Check(Computation.Trace(
            [new(5, 8), new(5, 8), new(24, 2)], x => Tensor.Concatenate(1, x[0].Tanh(), x[1], x[0] * x[1]).MatMul(x[2])));
        Assert.DoesNotContain("fill", compiled.Explain(), StringComparison.Ordinal);
        Assert.DoesNotContain("pad", compiled.Explain(), StringComparison.Ordinal);
        Assert.Equal(2, compiled.LaunchCount); // the three parts together, and the product
    }

    [Fact]
    public void Parts_of_different_sizes_axes_and_readers_are_put_side_by_side()
    {
        Check(Computation.Trace([new(5, 3), new(2, 3)], x => Tensor.Concatenate(0, x[0], x[1].Tanh()) is var all ? [all, all.Sum(1), all.Square()] : []));
        Check(Computation.Trace([new(4, 6)], x => Tensor.Concatenate(0, Tensor.Concatenate(1, x[0], -x[0]), Tensor.Concatenate(1, x[0] * 2, x[0].Exp()))));
        Check(Computation.Trace([new(6, 9)], x => (x[0].Slice(1, 0, 2).Tanh().Sum() * x[0].Slice(1, 2, 4).Square().Sum()) + x[0].Slice(1, 6, 3).Exp().Sum()).Grad());
    }

    [Fact]
    public void Padded_values_that_overlap_or_leave_gaps_or_are_read_again_are_added()
    {
        Check(Computation.Trace([new(4), new(4)], x => x[0].Pad(0, 0, 3) + x[1].Tanh().Pad(0, 3, 0)));
        Check(Computation.Trace([new(3), new(3)], x => x[0].Pad(0, 0, 4) + x[1].Pad(0, 4, 0)));
        Check(Computation.Trace([new(3), new(4)], x => x[0].Pad(0, 0, 4) is var part ? [part + x[1].Pad(0, 3, 0), part.Exp()] : []));
        Check(Computation.Trace([new(3), new(4), new(7)], x => x[0].Pad(0, 0, 4) + x[1].Pad(0, 3, 0) + x[2]));
        Check(Computation.Trace([new(2, 3), new(2, 3)], x => x[0].Pad(1, 0, 3).Pad(0, 0, 2) + x[1].Pad(1, 3, 0).Pad(0, 2, 0)));
    }

    public void Dispose() => _device.Dispose();

    private CompiledComputation Check(Computation program, double tolerance = Tolerance.Compiled)
    {
        double[][] arguments = [.. program.Inputs.Select((input, number) => Enumerable.Range(0, input.Shape.Count).Select(i => (double)(float)Math.Sin(i + (2 * number) + 1)).ToArray())];
        double[][] expected = Interpreter.Run(program, arguments);
        using CompiledFunction compiled = Compiler.Compile(program, _device);
        float[][] actual = compiled.Run([.. arguments.Select(values => values.Select(value => (float)value).ToArray())]);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Numeric.RelativeError([.. actual[i].Select(value => (double)value)], expected[i]);
            Assert.True(error <= tolerance, $"Result {i} differs by {error:G3} of its size.\n{compiled.Computation.Explain()}\n{program}");
        }

        return compiled.Computation;
    }
}
