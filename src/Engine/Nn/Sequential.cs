using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Layers one after another. Names are made unique: the second <c>dense</c> becomes <c>dense2</c>. Parameters are named
/// <c>layer.parameter</c>, as <c>hidden.weight</c>.
/// </summary>
public sealed class Sequential : Layer
{
    private readonly Layer[] _layers;

    /// <summary>A chain of layers.</summary>
    /// <param name="layers">In the order of application; each instance stands once.</param>
    public Sequential(params ReadOnlySpan<Layer> layers)
        : this("sequential", layers)
    {
    }

    /// <summary>A chain of layers with a name, for use inside another.</summary>
    /// <param name="name">Name of the chain.</param>
    /// <param name="layers">In the order of application; each instance stands once.</param>
    /// <exception cref="ArgumentException">A layer instance stands twice: its weights would be shared without saying so.</exception>
    public Sequential(string name, params ReadOnlySpan<Layer> layers)
        : base(name)
    {
        _layers = layers.ToArray();
        Parameters = Members.Adopt(name, _layers);
    }

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        foreach (Layer layer in _layers)
        {
            input = layer.OutputShape(input);
        }

        return input;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        foreach (Layer layer in _layers)
        {
            input = layer.Apply(input, parameters[..layer.Parameters.Count]);
            parameters = parameters[layer.Parameters.Count..];
        }

        return input;
    }
}
