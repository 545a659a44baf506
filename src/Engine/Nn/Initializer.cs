using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// How a parameter's first values are drawn. <c>fanIn</c> and <c>fanOut</c> are the layer's; a uniform of variance v lies in ±√(3v).
/// </summary>
public abstract class Initializer
{
    /// <summary>All 0.</summary>
    public static Initializer Zeros { get; } = new ConstantInitializer(0);

    /// <summary>All 1.</summary>
    public static Initializer Ones { get; } = new ConstantInitializer(1);

    /// <summary>Uniform of variance 2/(fanIn + fanOut) (Glorot and Bengio 2010, equation 16).</summary>
    public static Initializer GlorotUniform { get; } = new VarianceScalingInitializer(1, FanMode.Average, Distribution.Uniform);

    /// <summary>Normal of variance 2/(fanIn + fanOut) (Glorot and Bengio 2010).</summary>
    public static Initializer GlorotNormal { get; } = new VarianceScalingInitializer(1, FanMode.Average, Distribution.Normal);

    /// <summary>
    /// Uniform in ±1/√fanIn: what PyTorch gives linear and convolution weights and biases by default (He uniform with slope √5).
    /// </summary>
    public static Initializer TorchDefault { get; } = new VarianceScalingInitializer(1.0 / 3.0, FanMode.In, Distribution.Uniform);

    /// <summary>Normal of variance 1/fanIn (LeCun et al. 1998), for tanh and self-normalising networks.</summary>
    public static Initializer LecunNormal { get; } = new VarianceScalingInitializer(1, FanMode.In, Distribution.Normal);

    /// <summary>Uniform of variance 2/((1 + slope²)·fan) (He et al. 2015, equation 15), for rectifiers.</summary>
    /// <param name="mode">Which fan; fan in keeps the forward variance, fan out the backward one.</param>
    /// <param name="negativeSlope">Slope of the leaky rectifier that follows; 0 for relu.</param>
    public static Initializer HeUniform(FanMode mode = FanMode.In, double negativeSlope = 0) =>
        new VarianceScalingInitializer(2 / (1 + (negativeSlope * negativeSlope)), mode, Distribution.Uniform);

    /// <summary>Normal of variance 2/((1 + slope²)·fan) (He et al. 2015, equation 15), for rectifiers.</summary>
    /// <param name="mode">Which fan; fan in keeps the forward variance, fan out the backward one.</param>
    /// <param name="negativeSlope">Slope of the leaky rectifier that follows; 0 for relu.</param>
    public static Initializer HeNormal(FanMode mode = FanMode.In, double negativeSlope = 0) =>
        new VarianceScalingInitializer(2 / (1 + (negativeSlope * negativeSlope)), mode, Distribution.Normal);

    /// <summary>Any variance scale/fan.</summary>
    /// <param name="scale">Above 0.</param>
    /// <param name="mode">Which fan.</param>
    /// <param name="distribution">Uniform, normal, or normal cut at two standard deviations and widened to the same variance.</param>
    public static Initializer VarianceScaling(double scale, FanMode mode, Distribution distribution) => new VarianceScalingInitializer(scale, mode, distribution);

    /// <summary>All the same value.</summary>
    /// <param name="value">The value.</param>
    public static Initializer Constant(double value) => new ConstantInitializer(value);

    /// <summary>Given values, one for each number of the parameter, row-major.</summary>
    /// <param name="values">The values; they are copied.</param>
    public static Initializer Given(params ReadOnlySpan<float> values) => new GivenInitializer(values.ToArray());

    /// <summary>Normal with mean 0.</summary>
    /// <param name="deviation">Standard deviation, at least 0.</param>
    public static Initializer Normal(double deviation) => new SpreadInitializer(deviation, Distribution.Normal);

    /// <summary>Normal with mean 0, values beyond two standard deviations drawn again; its own deviation is 0.88 of the given one.</summary>
    /// <param name="deviation">Standard deviation before cutting, at least 0.</param>
    public static Initializer TruncatedNormal(double deviation) => new SpreadInitializer(deviation, Distribution.TruncatedNormal);

    /// <summary>Uniform in ±bound.</summary>
    /// <param name="bound">At least 0.</param>
    public static Initializer Uniform(double bound) => new SpreadInitializer(bound / Math.Sqrt(3), Distribution.Uniform);

    /// <summary>Draws the values of one parameter.</summary>
    /// <param name="values">Where they go.</param>
    /// <param name="fanIn">Inputs that feed one output.</param>
    /// <param name="fanOut">Outputs that one input feeds.</param>
    /// <param name="random">The source of randomness.</param>
    public abstract void Fill(Span<float> values, int fanIn, int fanOut, RandomStream random);

    /// <summary>Draws values of one family with a standard deviation, mean 0.</summary>
    /// <param name="values">Where they go.</param>
    /// <param name="deviation">Standard deviation (of the uncut normal for the truncated one).</param>
    /// <param name="distribution">The family.</param>
    /// <param name="random">The source of randomness.</param>
    protected static void Draw(Span<float> values, double deviation, Distribution distribution, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        double bound = deviation * Math.Sqrt(3);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(distribution switch
            {
                Distribution.Uniform => ((2 * random.NextDouble()) - 1) * bound,
                Distribution.Normal => deviation * random.NextGaussian(),
                _ => deviation * Truncated(random),
            });
        }
    }

    private static double Truncated(RandomStream random)
    {
        double value;
        do
        {
            value = random.NextGaussian();
        }
        while (Math.Abs(value) > 2);

        return value;
    }
}
