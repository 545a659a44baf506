using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Codes the pairs of a support set, and the set by their mean, which knows no order (Zaheer et al. 2017, "Deep sets", theorem 2).
/// </summary>
internal sealed class SetEncoder
{
    private readonly TaskShape _shape;
    private readonly Sequential _layers;

    /// <summary>An encoder for the pairs of a task.</summary>
    public SetEncoder(SetEncoderOptions options, TaskShape shape, string name = "encoder")
        : this(options, shape, shape.Input.Count + TaskRows.TargetWidth(shape), name)
    {
    }

    private SetEncoder(SetEncoderOptions options, TaskShape shape, int inputs, string name)
    {
        _shape = shape;
        _layers = new Sequential(
            Layer(inputs, options.Width, Activation.Relu), Layer(options.Width, options.Width, Activation.Relu), Layer(options.Width, options.Representation, Activation.Identity));
        Parameters = [.. _layers.Parameters.Select(parameter => parameter with { Name = $"{name}.{parameter.Name}" })];
    }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>An encoder of inputs without targets.</summary>
    public static SetEncoder OfInputs(SetEncoderOptions options, TaskShape shape, string name) => new(options, shape, shape.Input.Count, name);

    /// <summary>Codes of pairs, [example, feature].</summary>
    public Tensor Pairs(ReadOnlySpan<Tensor> parameters, Tensor inputs, Tensor targets) =>
        _layers.Apply(Tensor.Concatenate(1, TaskRows.Inputs(inputs), TaskRows.Targets(_shape, targets)), parameters);

    /// <summary>Codes of inputs, [example, feature].</summary>
    public Tensor Inputs(ReadOnlySpan<Tensor> parameters, Tensor inputs) => _layers.Apply(TaskRows.Inputs(inputs), parameters);

    /// <summary>The code of a support set, [feature].</summary>
    public Tensor Set(ReadOnlySpan<Tensor> parameters, Tensor inputs, Tensor targets) => Pairs(parameters, inputs, targets).Mean(0);

    private static Dense Layer(int inputs, int units, Activation activation) =>
        new(inputs, units, activation, name: "layer", weightInitializer: Initializer.TorchDefault, biasInitializer: Initializer.TorchDefault);
}
