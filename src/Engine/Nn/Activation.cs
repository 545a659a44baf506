using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>An element-wise function with derivatives of every order. Custom ones are made with the constructor.</summary>
public sealed class Activation
{
    // Klambauer et al. 2017, equation 14: the fixed point of mean 0 and variance 1.
    private const double SeluAlpha = 1.6732632423543772;
    private const double SeluScale = 1.0507009873554805;

    private readonly Func<Tensor, Tensor> _function;

    /// <summary>An activation from its formula.</summary>
    /// <param name="name">Its name, also the default name of its layer.</param>
    /// <param name="function">Element-wise: the result has the argument's shape.</param>
    /// <param name="weights">Initialiser that suits weights in front of it; Glorot uniform unless given.</param>
    public Activation(string name, Func<Tensor, Tensor> function, Initializer? weights = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(function);
        Name = name;
        _function = function;
        Weights = weights ?? Initializer.GlorotUniform;
    }

    /// <summary>x itself.</summary>
    public static Activation Identity { get; } = new("identity", x => x);

    /// <summary>max(x, 0), derivative 0 at 0.</summary>
    public static Activation Relu { get; } = new("relu", x => x.Relu(), Initializer.HeUniform());

    /// <summary>Hyperbolic tangent.</summary>
    public static Activation Tanh { get; } = new("tanh", x => x.Tanh());

    /// <summary>1/(1 + e⁻ˣ).</summary>
    public static Activation Sigmoid { get; } = new("sigmoid", x => x.Sigmoid());

    /// <summary>x·sigmoid(x), also called swish.</summary>
    public static Activation Silu { get; } = new("silu", x => x * x.Sigmoid(), Initializer.HeUniform());

    /// <summary>
    /// ½x(1 + tanh(√(2/π)(x + 0.044715x³))), the usual approximation of x·Φ(x) (Hendrycks and Gimpel 2016, section 2); off by at most 5e-4.
    /// </summary>
    public static Activation Gelu { get; } = new("gelu", Gelued, Initializer.HeUniform());

    /// <summary>x·Φ(x) = ½x(1 + erf(x/√2)), Φ being the normal distribution (Hendrycks and Gimpel 2016, section 2).</summary>
    public static Activation ExactGelu { get; } = new("exactGelu", x => 0.5 * x * (1.0 + (x * Math.Sqrt(0.5)).Erf()), Initializer.HeUniform());

    /// <summary>
    /// Scaled exponential linear unit (Klambauer et al. 2017, equations 2 and 14): scale·x where positive, else scale·α(eˣ - 1), with the
    /// numbers that keep mean 0 and variance 1. Its weights begin normal of variance 1/fanIn.
    /// </summary>
    public static Activation Selu { get; } = new("selu", x => SeluScale * Exponential(x, SeluAlpha), Initializer.LecunNormal);

    /// <summary>x/(1 + |x|), derivative 1 at 0.</summary>
    public static Activation Softsign { get; } = new("softsign", x => x / (1.0 + Tensor.Select(x < 0, -x, x)));

    /// <summary>
    /// x·min(max(x + 3, 0), 6)/6 (Howard et al. 2019, section 5.2): 0 up to -3, x from 3 on. The derivative has steps at ±3, where it takes
    /// the outer side's.
    /// </summary>
    public static Activation HardSwish { get; } = new(
        "hardSwish", x => Tensor.Select(x > -3, Tensor.Select(x < 3, x * (x + 3) / 6, x), x.Fill(0)), Initializer.HeUniform());

    /// <summary>x·tanh(log(1 + eˣ)) (Misra 2020), without overflow.</summary>
    public static Activation Mish { get; } = new("mish", x => x * Softplused(x).Tanh(), Initializer.HeUniform());

    /// <summary>log(1 + eˣ), without overflow.</summary>
    public static Activation Softplus { get; } = new("softplus", Softplused, Initializer.HeUniform());

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Initialiser that layers use for weights in front of it unless told otherwise.</summary>
    public Initializer Weights { get; }

    /// <summary>x where positive, else slope·x.</summary>
    /// <param name="slope">Slope for negative x.</param>
    public static Activation LeakyRelu(double slope = 0.01) =>
        new("leakyRelu", x => Tensor.Select(x > 0, x, x * slope), Initializer.HeUniform(FanMode.In, slope));

    /// <summary>Exponential linear unit (Clevert, Unterthiner and Hochreiter 2016): x where positive, else α(eˣ - 1).</summary>
    /// <param name="alpha">Minus the limit for large negative x; with 1 the derivative is continuous.</param>
    public static Activation Elu(double alpha = 1) => new("elu", x => Exponential(x, alpha), Initializer.HeUniform());

    /// <summary>x kept between two limits; the derivative is 1 between them and 0 at and beyond them.</summary>
    /// <param name="low">Lower limit.</param>
    /// <param name="high">Upper limit, above the lower one.</param>
    /// <exception cref="ArgumentException">The limits are not in order.</exception>
    public static Activation HardTanh(double low = -1, double high = 1) => low < high
        ? new("hardTanh", x => Tensor.Select(x > low, Tensor.Select(x < high, x, x.Fill(high)), x.Fill(low)))
        : throw new ArgumentException(FormattableString.Invariant($"HardTanh: low must be below high; got {low} and {high}."));

    /// <summary>The function's value.</summary>
    /// <param name="x">Any shape.</param>
    public Tensor Apply(Tensor x) => _function(x);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Softplus; the shift is constant for derivatives because the value does not depend on it.</summary>
    internal static Tensor Softplused(Tensor x)
    {
        Tensor shift = Tensor.Max(x, x.Fill(0)).StopGradient();
        return shift + ((x - shift).Exp() + (-shift).Exp()).Log();
    }

    /// <summary>The exponential sees no positive number, so that it neither overflows nor spoils the derivative of the part not taken.</summary>
    private static Tensor Exponential(Tensor x, double alpha)
    {
        Tensor positive = x > 0;
        return Tensor.Select(positive, x, alpha * (Tensor.Select(positive, x.Fill(0), x).Exp() - 1.0));
    }

    private static Tensor Gelued(Tensor x)
    {
        double scale = Math.Sqrt(2 / Math.PI);
        return 0.5 * x * (1.0 + ((x + (0.044715 * x * x * x)) * scale).Tanh());
    }
}
