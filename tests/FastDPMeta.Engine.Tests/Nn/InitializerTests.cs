using FastDPMeta.Engine.Nn;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class InitializerTests
{
    private const int Count = 40_000;
    private const int In = 200;
    private const int Out = 50;

    public static TheoryData<string, double, double> Families => new()
    {
        // Name, variance by its paper's formula, bound (infinite for normals).
        { "GlorotUniform", 2.0 / (In + Out), Math.Sqrt(6.0 / (In + Out)) },
        { "GlorotNormal", 2.0 / (In + Out), double.PositiveInfinity },
        { "HeUniform", 2.0 / In, Math.Sqrt(6.0 / In) },
        { "HeNormal", 2.0 / In, double.PositiveInfinity },
        { "HeNormalOut", 2.0 / Out, double.PositiveInfinity },
        { "HeUniformSlope", 1.0 / (3 * In), 1 / Math.Sqrt(In) },
        { "TorchDefault", 1.0 / (3 * In), 1 / Math.Sqrt(In) },
        { "LecunNormal", 1.0 / In, double.PositiveInfinity },
        { "VarianceScalingTruncated", 1.0 / In, 2 / 0.8796 / Math.Sqrt(In) },
        { "TruncatedNormal", 0.01 * 0.01 * 0.7737, 0.02 },
        { "Normal", 0.04, double.PositiveInfinity },
        { "Uniform", 0.3 * 0.3 / 3, 0.3 },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void Values_have_the_formulas_variance_and_bound(string name, double variance, double bound)
    {
        Initializer initializer = name switch
        {
            "GlorotUniform" => Initializer.GlorotUniform,
            "GlorotNormal" => Initializer.GlorotNormal,
            "HeUniform" => Initializer.HeUniform(),
            "HeNormal" => Initializer.HeNormal(),
            "HeNormalOut" => Initializer.HeNormal(FanMode.Out),
            "HeUniformSlope" => Initializer.HeUniform(FanMode.In, Math.Sqrt(5)),
            "TorchDefault" => Initializer.TorchDefault,
            "LecunNormal" => Initializer.LecunNormal,
            "VarianceScalingTruncated" => Initializer.VarianceScaling(1, FanMode.In, Distribution.TruncatedNormal),
            "TruncatedNormal" => Initializer.TruncatedNormal(0.01),
            "Normal" => Initializer.Normal(0.2),
            _ => Initializer.Uniform(0.3),
        };
        using RandomKey key = RandomKey.UnsafeFixed(11);
        using RandomStream random = new(key);
        float[] values = new float[Count];
        initializer.Fill(values, In, Out, random);

        // The key is fixed. Were it not, 40,000 values would miss these bands (7 deviations) less than once in 10^11 runs.
        Assert.InRange(values.Average() / Math.Sqrt(variance), -0.035, 0.035);
        Assert.InRange(values.Average(value => (double)value * value) / variance, 0.95, 1.05);
        double largest = values.Max(value => Math.Abs((double)value));
        Assert.InRange(largest, double.IsFinite(bound) ? 0.99 * bound : 3.5 * Math.Sqrt(variance), bound * (1 + 1e-6));
    }

    [Fact]
    public void Spreads_that_are_no_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Normal(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.VarianceScaling(0, FanMode.In, Distribution.Normal));
    }
}
