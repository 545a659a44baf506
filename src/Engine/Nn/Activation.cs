using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>An element-wise function with derivatives of every order. Custom ones are made with the constructor.</summary>
public sealed class Activation
{
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

    private static Tensor Gelued(Tensor x)
    {
        double scale = Math.Sqrt(2 / Math.PI);
        return 0.5 * x * (1.0 + ((x + (0.044715 * x * x * x)) * scale).Tanh());
    }
}
