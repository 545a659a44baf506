using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Compile;

/// <summary>What every device must get right: each op, its derivatives and its batching, compiled, against the interpreter.</summary>
public abstract class DeviceConformance : IDisposable
{
    private Device? _device;

    public static TheoryData<string> Samples => [.. OpSamples.All.Select(sample => sample.Name)];

    protected Device Device => _device ??= Open();

    /// <summary>How many random programs to try.</summary>
    protected virtual int RandomCount => 40;

    protected abstract Device Open();

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void Every_op_compiled_equals_the_interpreter(string name)
    {
        OpSample sample = Find(name);
        AssertEqual(Computation.Trace(sample.Shapes, sample.Function), sample.Arguments(), Tolerance.Compiled, Keys(sample));
    }

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void Every_derivative_compiled_equals_the_interpreter(string name)
    {
        OpSample sample = Find(name);
        AssertEqual(Scalar(sample).Grad(Reals(sample)), sample.Arguments(), Tolerance.Compiled, Keys(sample));
    }

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void Every_second_derivative_compiled_equals_the_interpreter(string name)
    {
        OpSample sample = Find(name);
        AssertEqual(Slope(sample).Grad(Reals(sample)), sample.Arguments(), Tolerance.CompiledSecondDerivative, Keys(sample));
    }

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void Every_batched_op_and_its_derivative_compiled_equal_the_interpreter(string name)
    {
        OpSample sample = Find(name);
        const int Rows = 3;
        Computation batched = Scalar(sample).Grad(Reals(sample)).Vmap("row", Rows);
        double[][] once = sample.Arguments();
        double[][] arguments = [.. once.Select((values, index) => Enumerable.Range(0, Rows)
            .SelectMany(row => sample.WholeNumbers?.ContainsKey(index) == true ? values : [.. values.Select(value => value * (1 + (0.03 * row)))]).ToArray())];
        AssertEqual(batched, arguments, Tolerance.Compiled, Keys(sample));
    }

    [SkippableFact]
    public void Random_programs_and_their_derivatives_compiled_equal_the_interpreter()
    {
        for (int seed = 0; seed < RandomCount; seed++)
        {
            AssertEqual(RandomPrograms.Create(seed).Grad(), RandomPrograms.Arguments(seed), Tolerance.CompiledSecondDerivative);
        }
    }

    [SkippableFact]
    public void Three_steps_of_adaptation_and_their_derivative_compiled_equal_the_interpreter()
    {
        Computation meta = Networks.MetaLoss(widths: [1, 6, 5, 1], examples: 4, steps: 3).Grad(0, 1, 2, 3, 4, 5);
        AssertEqual(meta, Networks.Arguments(meta), Tolerance.Compiled);
        Computation tasks = meta.Vmap("task", 3, [false, false, false, false, false, false, true, true, true, true]);
        AssertEqual(tasks, Networks.Arguments(tasks), Tolerance.Compiled);
    }

    [SkippableFact]
    public void The_derivative_of_a_batch_of_convolutions_compiled_equals_the_interpreter()
    {
        // Large enough that products are added up over the batch instead of copying all windows.
        Computation loss = Computation.Trace([new(2, 18, 18), new(4, 2, 3, 3), new(4, 4, 3, 3)], x =>
        {
            Tensor first = OpSamples.Convolve(x[0], x[1]).SwapLast().Reshape(4, 16, 16).Tanh();
            return OpSamples.Convolve(first, x[2]).Square().Mean();
        });
        Computation batch = loss.Vmap("image", 3, true, false, false);
        Computation mean = Computation.Trace([.. batch.Inputs.Select(input => input.Shape)], x => batch.Call(x)[0].Mean());
        Computation gradient = mean.Grad();
        AssertEqual(gradient, Networks.Arguments(gradient), Tolerance.Compiled);
    }

    public void Dispose()
    {
        _device?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Compiles, runs twice (scratch then holds the first run's values), and compares every result.</summary>
    protected void AssertEqual(Computation computation, double[][] arguments, double tolerance, params int[] keys)
    {
        float[][] inputs = [.. arguments.Select((values, index) => values.Select(value =>
            keys.Contains(index) ? BitConverter.UInt32BitsToSingle((uint)value) : (float)value).ToArray())];

        // The interpreter sees what the device sees: arguments rounded to float32.
        double[][] expected = Interpreter.Run(computation, [.. arguments.Select((values, index) =>
            keys.Contains(index) ? values : [.. inputs[index].Select(value => (double)value)])]);
        using CompiledFunction compiled = Compiler.Compile(computation, Device);
        compiled.Run(inputs);
        float[][] actual = compiled.Run(inputs);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Numeric.RelativeError([.. actual[i].Select(value => (double)value)], expected[i]);
            Assert.True(error <= tolerance, $"Result {i} differs by {error:G3} of its size.\n{compiled.Computation.Explain()}\n{computation}");
        }
    }

    protected static OpSample Find(string name) => OpSamples.All.Single(sample => sample.Name == name);

    private static int[] Keys(OpSample sample) => sample.Name.StartsWith("gaussian", StringComparison.Ordinal) ? [0] : [];

    private static int[] Reals(OpSample sample) =>
        [.. Enumerable.Range(0, sample.Shapes.Length).Where(index => sample.WholeNumbers?.ContainsKey(index) != true)];

    private static Computation Scalar(OpSample sample) => Computation.Trace(sample.Shapes, inputs =>
    {
        Tensor result = sample.Function(inputs);
        return (Weight(result, 1.3) * result).Sum();
    });

    private static Computation Slope(OpSample sample)
    {
        Computation gradient = Scalar(sample).Grad(Reals(sample));
        return Computation.Trace(sample.Shapes, inputs =>
        {
            Tensor[] gradients = gradient.Call(inputs)[1..];
            Tensor total = inputs[0].Constant(0);
            for (int i = 0; i < gradients.Length; i++)
            {
                total += (Weight(gradients[i], 0.7 + i) * gradients[i]).Sum();
            }

            return total;
        });
    }

    private static Tensor Weight(Tensor like, double phase) => like.Literal(
        like.Shape, [.. Enumerable.Range(0, like.Shape.Count).Select(i => (float)Math.Sin(phase + (1.7 * i)))]);
}
