using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// A function of <b>one</b> example and of parameters. No layer sees a batch axis: the engine adds example and task axes afterwards, so no
/// layer can mix two people's data. A model is a layer, usually a <see cref="Sequential"/>.
/// </summary>
public abstract class Layer
{
    private ParameterLayout? _layout;

    /// <summary>A layer with a name.</summary>
    /// <param name="name">Appears in messages and in front of parameter names; made unique within a model.</param>
    protected Layer(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>Name, unique among its siblings once the layer is part of a model.</summary>
    public string Name { get; private set; }

    /// <summary>The arrays it needs, trainable or frozen, in the order in which <c>Apply</c> takes them.</summary>
    public abstract IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>Where each parameter lies in the flat vector of all.</summary>
    public ParameterLayout Layout => _layout ??= new ParameterLayout(Parameters);

    /// <summary>Number of floats of all parameters, frozen ones included.</summary>
    public int ParameterCount => Layout.Count;

    /// <summary>Shape of the result for one example.</summary>
    /// <param name="input">Shape of one example.</param>
    /// <exception cref="ShapeException">The layer can't take this shape; the message names the layer and what to change.</exception>
    public abstract Shape OutputShape(Shape input);

    /// <summary>Whether training draws random numbers, as <see cref="Dropout"/> does.</summary>
    public virtual bool UsesRandomness => false;

    /// <summary>What its features are normalised over; each kind once, none where nothing is normalised.</summary>
    public virtual IReadOnlyList<NormKind> Norms => [];

    /// <summary>Whether an example's result depends on other examples of its task, so that the layer is applied to all of them at once.</summary>
    internal bool SeesExamples => Norms.Any(norm => norm is NormKind.PerTask or NormKind.Transductive);

    /// <summary>Shapes of the numbers that normalisations take from a support set and use for queries.</summary>
    internal virtual IReadOnlyList<Shape> Statistics => [];

    /// <summary>Records the layer's computation of one example, without randomness: what predicts and what is evaluated.</summary>
    /// <param name="input">One example.</param>
    /// <param name="parameters">One tensor per entry of <see cref="Parameters"/>, with its shape.</param>
    /// <exception cref="ShapeException">The input's shape does not fit.</exception>
    /// <exception cref="ArgumentException">The number of parameters is wrong.</exception>
    public Tensor Apply(Tensor input, params ReadOnlySpan<Tensor> parameters) => Apply(input, null, parameters);

    /// <summary>Records the layer's computation of one example in training, where some layers draw random numbers.</summary>
    /// <param name="input">One example.</param>
    /// <param name="randomness">Where they are drawn from; null gives the computation without them.</param>
    /// <param name="parameters">One tensor per entry of <see cref="Parameters"/>, with its shape. No derivative flows to frozen ones.</param>
    /// <exception cref="ShapeException">The input's shape does not fit.</exception>
    /// <exception cref="ArgumentException">The number of parameters is wrong.</exception>
    public Tensor Apply(Tensor input, Randomness? randomness, ReadOnlySpan<Tensor> parameters)
    {
        _ = OutputShape(input.Shape);
        return Compute(input, Checked(parameters), randomness);
    }

    /// <summary>The model over one example as a computation: arguments are the parameters and then the input.</summary>
    /// <param name="input">Shape of one example.</param>
    public Computation Trace(Shape input) =>
        Computation.Trace([.. Parameters.Select(parameter => parameter.Shape), input], arguments => Apply(arguments[^1], arguments.AsSpan(..^1)));

    /// <summary>Records the computation of the examples of one task, [example, …], each for itself unless a normalisation sees them all.</summary>
    /// <param name="rows">[example, …].</param>
    /// <param name="parameters">One tensor per entry of <see cref="Parameters"/>.</param>
    /// <param name="statistics">Where normalisations over a task's examples get their statistics from.</param>
    internal Tensor ApplyRows(Tensor rows, ReadOnlySpan<Tensor> parameters, TaskStatistics statistics)
    {
        Shape one = rows.Shape.Remove(0);
        if (SeesExamples)
        {
            _ = OutputShape(one);
            return ComputeRows(rows, Checked(parameters), statistics);
        }

        bool[] batched = new bool[parameters.Length + 1];
        batched[^1] = true;
        return Trace(one).Vmap("example", rows.Shape[0], batched).Call([.. parameters, rows])[0];
    }

    /// <summary>Draws initial values of all parameters, laid out as <see cref="Layout"/> says.</summary>
    /// <param name="random">The source; equal streams give equal values.</param>
    public float[] Initialize(RandomStream random)
    {
        float[] flat = new float[ParameterCount];
        for (int i = 0; i < Parameters.Count; i++)
        {
            ParameterSpec parameter = Parameters[i];
            parameter.Initializer.Fill(Layout.Part(flat, i), parameter.FanIn, parameter.FanOut, random);
        }

        return flat;
    }

    /// <summary>Draws initial values that anybody can draw again: initial weights are no secret.</summary>
    /// <param name="seed">Equal seeds give equal values on every machine.</param>
    public float[] Initialize(ulong seed)
    {
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        using RandomKey key = root.Derive("initial weights");
        using RandomStream random = new(key);
        return Initialize(random);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({GetType().Name}, {ParameterCount} parameters)";

    /// <summary>Renames the layer so that it is unique among its siblings.</summary>
    internal void Rename(string name) => Name = name;

    /// <summary>Records the computation of a task's examples, where some of the layer sees them all; shapes and counts are already checked.</summary>
    /// <exception cref="ShapeException">The layer can't hand examples on to a normalisation inside it.</exception>
    internal virtual Tensor ComputeRows(Tensor rows, Tensor[] parameters, TaskStatistics statistics) => throw Refuse(
        "holds a normalisation over the examples of a task, which it can't hand on to it. Put TaskNorm directly into a Sequential, Residual, Frozen or Tied layer, or take GroupNorm or LayerNorm.");

    /// <summary>Records the computation without randomness; shapes and counts are already checked.</summary>
    /// <param name="input">One example.</param>
    /// <param name="parameters">The parameters.</param>
    protected abstract Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters);

    /// <summary>
    /// Records the computation in training. Layers that draw random numbers, and layers made of layers, override it; for others it is the same.
    /// </summary>
    /// <param name="input">One example.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="randomness">Where training draws random numbers; null outside of training.</param>
    protected virtual Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness) => Compute(input, parameters);

    /// <summary>The parameters after a check of their number and shapes; frozen ones let no derivative through.</summary>
    private protected Tensor[] Checked(ReadOnlySpan<Tensor> parameters)
    {
        if (parameters.Length != Parameters.Count)
        {
            throw new ArgumentException($"{Name}: takes {Parameters.Count} parameters; got {parameters.Length}.", nameof(parameters));
        }

        Tensor[] result = parameters.ToArray();
        for (int i = 0; i < result.Length; i++)
        {
            if (!result[i].Shape.Equals(Parameters[i].Shape))
            {
                throw Refuse($"{Parameters[i].Name} must be {Parameters[i].Shape}; got {result[i].Shape}.");
            }

            result[i] = Parameters[i].Trainable || result[i].Node.Op is StopGradientOp ? result[i] : result[i].StopGradient();
        }

        return result;
    }

    /// <summary>An error that names this layer and the user's line.</summary>
    /// <param name="message">What must hold, what was got, what to do.</param>
    protected ShapeException Refuse(string message) => new($"{Name}: {message}{SourceLocation.Capture()}");
}
