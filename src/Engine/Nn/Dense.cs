using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// A linear map, a bias and an activation: <c>activation(x·weight + bias)</c>, from [feature] to [unit], or from [position, feature] to
/// [position, unit] with the same weights at every position.
/// </summary>
/// <remarks>Parameters: <c>weight</c> [feature, unit], <c>bias</c> [unit]. Unless told otherwise weights begin as suits the activation
/// (He uniform before rectifiers, else Glorot uniform) and biases at 0.</remarks>
public sealed class Dense : Layer
{
    private readonly int _inputs;
    private readonly int _units;
    private readonly Activation _activation;
    private readonly bool _bias;

    /// <summary>A dense layer.</summary>
    /// <param name="inputs">Features in, at least 1.</param>
    /// <param name="units">Features out, at least 1.</param>
    /// <param name="activation">Applied to the result; none unless given.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">Name; <c>dense</c> unless given.</param>
    /// <param name="weightInitializer">First values of the weights.</param>
    /// <param name="biasInitializer">First values of the bias.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Dense(
        int inputs, int units, Activation? activation = null, bool bias = true, string name = "dense", Initializer? weightInitializer = null, Initializer? biasInitializer = null)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        _inputs = inputs;
        _units = units;
        _bias = bias;
        _activation = activation ?? Activation.Identity;
        ParameterSpec weight = new("weight", new Shape(new Axis(inputs, "feature"), new Axis(units, "unit")), weightInitializer ?? _activation.Weights, inputs, units);
        ParameterSpec shift = new("bias", new Shape(new Axis(units, "unit")), biasInitializer ?? Initializer.Zeros, inputs, units);
        Parameters = bias ? [weight, shift] : [weight];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank is < 1 or > 2)
        {
            throw Refuse($"the input must be [feature] or [position, feature]; got {input}. Put a Flatten layer in front.");
        }

        if (input[-1] != _inputs)
        {
            throw Refuse($"weight is {Parameters[0].Shape} and takes {_inputs} features; the input is {input}. Give {Name} {input[-1]} inputs.");
        }

        return input.With(-1, new Axis(_units, "unit"));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Activated(Linear(input, parameters));

    /// <summary>Product and bias, without the activation.</summary>
    internal Tensor Linear(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        Tensor rows = input.Shape.Rank == 1 ? input.Reshape(1, input.Shape.Axes[0]) : input;
        Tensor result = rows.MatMul(parameters[0]).Reshape(OutputShape(input.Shape));
        return _bias ? result + parameters[1] : result;
    }

    /// <summary>The activation.</summary>
    internal Tensor Activated(Tensor linear) => _activation.Apply(linear);
}
