using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>activation(body(x) + shortcut(x)), the shortcut being x itself unless given, the activation none (He et al. 2016).</summary>
public sealed class Residual : Layer
{
    private readonly Members _members;
    private readonly Activation _activation;

    /// <summary>A residual block.</summary>
    /// <param name="body">What is added to the shortcut.</param>
    /// <param name="shortcut">Brings the input to the body's shape where that differs, as a convolution with kernel 1 or a <see cref="PaddedShortcut"/>.</param>
    /// <param name="name">Name; <c>residual</c> unless given.</param>
    /// <param name="activation">Applied to the sum; none unless given.</param>
    public Residual(Layer body, Layer? shortcut = null, string name = "residual", Activation? activation = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(body);
        _members = shortcut is null ? new Members(name, body) : new Members(name, body, shortcut);
        _activation = activation ?? Activation.Identity;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => _members.Parameters;

    /// <inheritdoc/>
    public override bool UsesRandomness => _members.UsesRandomness;

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms => _members.Norms;

    /// <inheritdoc/>
    internal override IReadOnlyList<Shape> Statistics => _members.Statistics;

    private bool HasShortcut => _members.Layers.Count > 1;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Shape body = _members.Layers[0].OutputShape(input);
        Shape shortcut = HasShortcut ? _members.Layers[1].OutputShape(input) : input;
        return body.Equals(shortcut)
            ? body
            : throw Refuse($"the body gives {body}, the shortcut {shortcut}. Give a shortcut that makes {body} of {input}.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Compute(input, parameters, null);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness)
    {
        Tensor body = _members.Apply(0, input, parameters, randomness);
        return _activation.Apply(body + (HasShortcut ? _members.Apply(1, input, parameters, randomness) : input));
    }

    /// <inheritdoc/>
    internal override Tensor ComputeRows(Tensor rows, Tensor[] parameters, TaskStatistics statistics)
    {
        Tensor body = _members.ApplyRows(0, rows, parameters, statistics);
        return _activation.Apply(body + (HasShortcut ? _members.ApplyRows(1, rows, parameters, statistics) : rows));
    }
}
