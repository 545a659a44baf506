using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Layers one after another. Names are made unique: the second <c>dense</c> becomes <c>dense2</c>. Parameters are named
/// <c>layer.parameter</c>, as <c>hidden.weight</c>.
/// </summary>
public sealed class Sequential : Layer
{
    private readonly Members _members;

    /// <summary>A chain of layers.</summary>
    /// <param name="layers">In the order of application; each instance stands once.</param>
    public Sequential(params ReadOnlySpan<Layer> layers)
        : this("sequential", layers)
    {
    }

    /// <summary>A chain of layers with a name, for use inside another.</summary>
    /// <param name="name">Name of the chain.</param>
    /// <param name="layers">In the order of application; each instance stands once.</param>
    /// <exception cref="ArgumentException">A layer instance stands twice: its weights would be shared without saying so, as <see cref="Tied"/> does.</exception>
    public Sequential(string name, params ReadOnlySpan<Layer> layers)
        : base(name)
    {
        _members = new Members(name, layers);
    }

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers => _members.Layers;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => _members.Parameters;

    /// <inheritdoc/>
    public override bool UsesRandomness => _members.UsesRandomness;

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms => _members.Norms;

    /// <inheritdoc/>
    internal override IReadOnlyList<Shape> Statistics => _members.Statistics;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        foreach (Layer layer in Layers)
        {
            input = layer.OutputShape(input);
        }

        return input;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Compute(input, parameters, null);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness)
    {
        for (int i = 0; i < Layers.Count; i++)
        {
            input = _members.Apply(i, input, parameters, randomness);
        }

        return input;
    }

    /// <inheritdoc/>
    internal override Tensor ComputeRows(Tensor rows, Tensor[] parameters, TaskStatistics statistics)
    {
        for (int i = 0; i < Layers.Count; i++)
        {
            rows = _members.ApplyRows(i, rows, parameters, statistics);
        }

        return rows;
    }

    /// <summary>Records the computation of one example, without randomness, with something done to the result of each layer.</summary>
    /// <param name="input">One example.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="after">From a layer's number and its result to what the next layer gets.</param>
    internal Tensor ApplyWith(Tensor input, ReadOnlySpan<Tensor> parameters, Func<int, Tensor, Tensor> after)
    {
        Tensor[] all = Checked(parameters);
        for (int i = 0; i < Layers.Count; i++)
        {
            input = after(i, _members.Apply(i, input, all, null));
        }

        return input;
    }
}
