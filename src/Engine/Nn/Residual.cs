using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>body(x) + shortcut(x), the shortcut being x itself unless given (He et al. 2016).</summary>
public sealed class Residual : Layer
{
    private readonly Layer _body;
    private readonly Layer? _shortcut;

    /// <summary>A residual block.</summary>
    /// <param name="body">What is added to the shortcut.</param>
    /// <param name="shortcut">Brings the input to the body's shape where that differs, as a convolution with kernel 1.</param>
    /// <param name="name">Name; <c>residual</c> unless given.</param>
    public Residual(Layer body, Layer? shortcut = null, string name = "residual")
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(body);
        _body = body;
        _shortcut = shortcut;
        Parameters = Members.Adopt(name, shortcut is null ? [body] : [body, shortcut]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Shape body = _body.OutputShape(input);
        Shape shortcut = _shortcut?.OutputShape(input) ?? input;
        return body.Equals(shortcut)
            ? body
            : throw Refuse($"the body gives {body}, the shortcut {shortcut}. Give a shortcut that makes {body} of {input}.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        int split = _body.Parameters.Count;
        return _body.Apply(input, parameters[..split]) + (_shortcut is null ? input : _shortcut.Apply(input, parameters[split..]));
    }
}
