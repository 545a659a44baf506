using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class DropoutTests
{
    private const int Count = 100_000;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.93)]
    public void As_many_numbers_are_kept_as_the_rate_says_and_scaled_so_that_the_mean_stays(double rate)
    {
        double[] kept = Run(new Dropout(rate), Ones(Count), 1, 7);
        Assert.All(kept, value => Assert.True(value == 0 || Math.Abs(value - (1 / (1 - rate))) < 1e-6 / (1 - rate)));

        // Within 5.5 standard deviations of the binomial: a false alarm in 3e-8 of keys, and the key is fixed.
        double deviation = Math.Sqrt(rate * (1 - rate) * Count);
        Assert.InRange(kept.Count(value => value > 0) - ((1 - rate) * Count), -5.5 * deviation, 5.5 * deviation);
    }

    [Fact]
    public void Masks_differ_by_example_by_round_and_by_layer_and_equal_keys_give_equal_masks()
    {
        const int size = 256;
        double[] Mask(ulong unit, ulong round) => Run(new Dropout(0.5), Ones(size), unit, round);

        // Two independent masks of 256 agree in 128 ± 44 places but for 3e-8 of keys (5.5 deviations).
        void Independent(double[] one, double[] other) => Assert.InRange(one.Zip(other).Count(pair => pair.First == pair.Second), 84, 172);
        Assert.Equal(Mask(1, 1), Mask(1, 1));
        Independent(Mask(1, 1), Mask(2, 1));
        Independent(Mask(1, 1), Mask(1, 2));
        double[] twice = Run(new Sequential(new Dropout(0.5), new Dropout(0.5)), Ones(size), 1, 1);
        int both = twice.Count(value => value > 0);
        Assert.InRange(both, 26, 102); // a quarter of 256, ± 5.5 deviations of 6.9; one mask for both would leave a half
    }

    [Fact]
    public void Without_randomness_it_is_the_identity_in_every_layer_made_of_layers()
    {
        Layer[] models = [new Dropout(0.4), new Sequential(new Dense(6, 6), new Dropout(0.4)), new Residual(new Sequential(new Dropout(0.4), new Dense(6, 6)))];
        foreach (Layer model in models)
        {
            Assert.True(model.UsesRandomness);
            Assert.DoesNotContain("gaussian", model.Trace(new Shape(6)).ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(new double[] { 1, 2, 3 }, Interpreter.Run(new Dropout(0.4).Trace(new Shape(3)), [[1, 2, 3]])[0]);
        Assert.False(new Sequential(new Dense(6, 6), new Dropout(0)).UsesRandomness);
        Assert.False(new Dense(6, 6).UsesRandomness);
    }

    [Fact]
    public void The_derivative_is_the_mask()
    {
        Computation sum = Computation.Trace([new(64), Randomness.KeyShape], x => new Dropout(0.3).Apply(x[0], new Randomness(x[1]), []).Sum());
        double[] key = Key(3, 4);
        Assert.Equal(Run(new Dropout(0.3), Ones(64), 3, 4), Interpreter.Run(sum.Grad(0), Ones(64), key)[1]);
    }

    [Fact]
    public void Encoders_drop_in_training_with_streams_of_their_own()
    {
        TransformerEncoderLayer layer = new(4, 2, 6, dropout: 0.25);
        Computation training = Training(layer, new Shape(3, 4));
        string[] streams = [.. training.Reachable().Select(node => node.Op.Describe()).Where(text => text.StartsWith("gaussian", StringComparison.Ordinal))];
        Assert.Equal(4, streams.Length);
        Assert.Equal(4, streams.Distinct().Count());
    }

    [Fact]
    public void Clipped_sums_with_a_key_for_every_example_equal_a_loop_and_are_found_isolated_and_compile()
    {
        const int units = 4;
        Sequential model = new(new Dense(5, 8, Activation.Tanh), new Dropout(0.5), new Dense(8, 2));
        int count = model.Parameters.Count;
        Computation training = Training(model, new Shape(5));
        Computation objective = Computation.Trace([.. training.Inputs.Select(input => input.Shape)], x => training.Call(x)[0].Square().Sum());
        Computation clipped = objective.PerExample("example", units, count).Clip(0.2).Sum();
        IsolationCheck.Verify(clipped, "example", [.. Enumerable.Repeat<int?>(null, count), 0, 0, 0], [.. Enumerable.Range(count, clipped.Outputs.Count - count)]);

        double[][] arguments = LayerCheck.Arguments(model, new Shape(5));
        double[][] data = [.. Enumerable.Range(0, units).Select(unit => Values.Walk(5, 0.2 + (0.3 * unit)))];
        double[][] keys = [.. Enumerable.Range(0, units).Select(unit => Key((ulong)unit, 9))];
        double[][] sums = Interpreter.Run(clipped, [.. arguments[..^1], [.. data.SelectMany(each => each)], [.. keys.SelectMany(each => each)], [1, 1, 1, 1]]);
        double[][] expected = [.. model.Parameters.Select(parameter => new double[parameter.Shape.Count])];
        for (int unit = 0; unit < units; unit++)
        {
            double[][] gradient = Interpreter.Run(objective.Grad([.. Enumerable.Range(0, count)]), [.. arguments[..^1], data[unit], keys[unit]])[1..];
            double factor = Math.Min(1, 0.2 / Math.Sqrt(gradient.Sum(part => part.Sum(value => value * value))));
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = [.. expected[i].Zip(gradient[i], (sum, value) => sum + (factor * value))];
            }
        }

        float[][] words = [.. Enumerable.Range(0, units).Select(unit => Words((ulong)unit, 9))];
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using CompiledFunction compiled = Compiler.Compile(clipped, device);
        float[][] single = compiled.Run(
            [.. arguments[..^1].Select(Single), Single([.. data.SelectMany(each => each)]), [.. words.SelectMany(each => each)], [1, 1, 1, 1]]);
        for (int i = 0; i < expected.Length; i++)
        {
            // Norms carry the bound of single precision's rounding, so that clipped sums are a little smaller.
            Assert.InRange(Numeric.RelativeError(sums[i], expected[i]), 0, 1e-5);
            Assert.InRange(Numeric.RelativeError([.. single[i].Select(value => (double)value)], sums[i]), 0, 1e-5);
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void A_rate_that_is_no_probability_of_dropping_is_refused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(rate));

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.05, -1.6448536269514722)]
    [InlineData(0.999999, 4.753424308822899)]
    public void Quantiles_of_the_normal_distribution_are_the_tabulated_ones(double probability, double quantile) =>
        Assert.InRange(Math.Abs(NormalQuantile.Of(probability) - quantile), 0, 1e-9);

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static float[] Single(double[] values) => [.. values.Select(value => (float)value)];

    private static Computation Training(Layer layer, Shape input)
    {
        int count = layer.Parameters.Count;
        return Computation.Trace(
            [.. layer.Parameters.Select(parameter => parameter.Shape), input, Randomness.KeyShape],
            x => layer.Apply(x[count], new Randomness(x[count + 1]), x.AsSpan(..count)));
    }

    private static double[] Run(Layer layer, double[] input, ulong unit, ulong round) =>
        Interpreter.Run(Training(layer, new Shape(input.Length)), input, Key(unit, round))[0];

    /// <summary>The key as the interpreter reads it: words, not their bits.</summary>
    private static double[] Key(ulong unit, ulong round) => [.. Words(unit, round).Select(word => (double)BitConverter.SingleToUInt32Bits(word))];

    private static float[] Words(ulong unit, ulong round)
    {
        using RandomKey key = RandomKey.UnsafeFixed(5);
        float[] words = new float[10];
        key.WriteNoiseKey(words, (round << 32) | unit);
        return words;
    }
}
