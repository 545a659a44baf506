using FastDPMeta.Kernels.Scalar;
using Xunit.Abstractions;

namespace FastDPMeta.Kernels.Tests.Scalar;

public sealed class ScalarAccuracyTests(ITestOutputHelper output)
{
    // A prime, so that sampling every so many of the 2³² bit patterns meets every exponent with changing mantissas: half a million points.
    private const uint Step = 8191;

    // Two floats from the correctly rounded value is at most two and a half units from the exact one.
    private const double TwoFloats = 2.5;

    private static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, 1.17549435e-38f, -1.17549435e-38f, 1.17549421e-38f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 88.7228f, 88.72284f, -87.33655f, -103.97f, -103.98f, 0.6f, 0.59999996f,
    ];

    public static TheoryData<string, int> UnaryCases => Cases(1);

    public static TheoryData<string, int> BinaryCases => Cases(2);

    [Theory]
    [MemberData(nameof(UnaryCases))]
    public void A_unary_op_is_within_two_floats_of_the_correctly_rounded_value_over_all_floats(string name, int width)
    {
        ScalarOp op = Find(name);
        float[] x = AllFloats();

        float[] actual = ScalarLanes.Apply(op, width, x, x, x);

        AssertWithin(TwoFloats, op, width, actual, i => op.At((double)x[i]), i => $"{x[i]:R}");
    }

    [Theory]
    [MemberData(nameof(UnaryCases))]
    public void A_unary_op_is_within_two_floats_of_the_correctly_rounded_value_where_networks_live(string name, int width)
    {
        ScalarOp op = Find(name);
        float[] x = new float[1 << 18];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = 24f * (i - (x.Length / 2) + 0.37f) / x.Length;
        }

        float[] actual = ScalarLanes.Apply(op, width, x, x, x);

        AssertWithin(TwoFloats, op, width, actual, i => op.At((double)x[i]), i => $"{x[i]:R}");
    }

    [Theory]
    [MemberData(nameof(BinaryCases))]
    public void A_binary_op_rounds_correctly_for_pairs_of_all_magnitudes(string name, int width)
    {
        ScalarOp op = Find(name);
        float[] x = AllFloats();
        float[] y = [.. Special.SelectMany(_ => Special)];
        y = [.. Enumerable.Range(0, x.Length).Select(i => y[i % y.Length] * (i % 7 == 0 ? x[i] : 1f))];

        float[] actual = ScalarLanes.Apply(op, width, x, y, x);

        // Sums, products and quotients of floats are exact enough in double for half an ulp; comparisons are exact.
        AssertWithin(0.5000001, op, width, actual, i => op.At((double)x[i], (double)y[i]), i => $"{x[i]:R}, {y[i]:R}");
    }

    [Fact]
    public void All_vector_widths_give_the_same_bits()
    {
        float[] x = AllFloats();
        foreach (ScalarOp op in ScalarOp.All.Where(op => op.Arity == 1))
        {
            int[] expected = Bits(ScalarLanes.Apply(op, 128, x, x, x));
            Assert.Equal(expected, Bits(ScalarLanes.Apply(op, 256, x, x, x)));
            Assert.Equal(expected, Bits(ScalarLanes.Apply(op, 512, x, x, x)));
        }

        // NaNs are one value here: their payload means nothing.
        static int[] Bits(float[] values) => [.. values.Select(value => float.IsNaN(value) ? -1 : BitConverter.SingleToInt32Bits(value))];
    }

    [Theory]
    [InlineData(32)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Select_takes_the_chosen_value_and_lets_nothing_through_from_the_other(int width)
    {
        float[] mask = Repeat(1f, 0f, -0f, float.NaN, -3f, 0f, float.Epsilon, float.PositiveInfinity);
        float[] yes = Repeat(5f, float.NaN, float.PositiveInfinity, 5f, 5f, float.NaN, 5f, 5f);
        float[] no = Repeat(float.NaN, 7f, 7f, float.NaN, float.NegativeInfinity, 7f, float.NaN, float.NaN);

        Assert.Equal(Repeat(5f, 7f, 7f, 5f, 5f, 7f, 5f, 5f), ScalarLanes.Apply(ScalarOp.Select, width, mask, yes, no));

        static float[] Repeat(params float[] values) => [.. values, .. values];
    }

    [Theory]
    [InlineData(32)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Tanh_returns_tiny_numbers_unchanged(int width)
    {
        float[] x = [0f, -0f, 1e-45f, -1e-45f, 1e-20f, -1e-20f, 1e-38f, -1e-38f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f];

        float[] y = ScalarLanes.Apply(ScalarOp.Tanh, width, x, x, x);

        Assert.Equal(x, y);
    }

    private void AssertWithin(double ulps, ScalarOp op, int width, float[] actual, Func<int, double> exact, Func<int, string> describe)
    {
        double worst = 0;
        int at = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double distance = Ulps.Between(actual[i], exact(i));
            if (distance > worst)
            {
                worst = distance;
                at = i;
            }
        }

        output.WriteLine($"{op} at {width} bits: {worst:F3} ulp at {describe(at)}");
        Assert.True(worst <= ulps, $"{op}({describe(at)}) at {width} bits: {actual[at]:R} is {worst:F3} ulp from {exact(at):R}.");
    }

    private static float[] AllFloats()
    {
        List<float> values = [.. Special];
        for (ulong bits = 0; bits < 1UL << 32; bits += Step)
        {
            values.Add(BitConverter.UInt32BitsToSingle((uint)bits));
        }

        while (values.Count % 16 != 0)
        {
            values.Add(0.5f);
        }

        return [.. values];
    }

    private static ScalarOp Find(string name) => ScalarOp.All.Single(op => op.Name == name);

    private static TheoryData<string, int> Cases(int arity)
    {
        TheoryData<string, int> cases = [];
        foreach (ScalarOp op in ScalarOp.All.Where(op => op.Arity == arity))
        {
            foreach (int width in ScalarLanes.Widths)
            {
                cases.Add(op.Name, width);
            }
        }

        return cases;
    }
}
