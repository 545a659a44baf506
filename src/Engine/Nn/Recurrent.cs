using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// What recurrent layers share: from [step, feature] to [step, hidden], or [step, 2·hidden] when both directions run, the forward half first.
/// States begin at 0. A step's result stands at the step's own place, whichever direction reads it.
/// </summary>
/// <remarks>
/// <para>The inputs of all steps are projected in <b>one</b> product [step, feature]·[feature, gate·hidden] before the recurrence; a step adds the
/// product of the state before it with the recurrent weights. That product is made when the state is new and carried, so that the derivative
/// finds it in the carry's history and does not multiply again. The derivative of the recurrent weights is one contraction over all steps, of
/// one example as of a batch.</para>
/// <para>Parameters of each layer and direction: <c>inputWeight</c> [feature, gate·hidden], <c>recurrentWeight</c> [hidden, gate·hidden],
/// <c>bias</c> [gate·hidden]; gates lie one after another in the order that the layer names. With several layers names begin with
/// <c>layer1.</c>, with both directions then <c>forward.</c> or <c>backward.</c>. There is <b>one</b> bias where PyTorch has two that are only
/// ever added: its gradient counts once in a clip norm, not twice. Weights begin uniform in ±1/√hidden, as PyTorch's do; biases at 0.</para>
/// </remarks>
public abstract class Recurrent : Layer
{
    private readonly int _inputs;
    private readonly int _layers;
    private readonly bool _bidirectional;
    private readonly bool _reverse;
    private readonly bool _bias;

    private protected Recurrent(
        int gates, int inputs, int hidden, int layers, bool bidirectional, bool reverse, bool bias, string name, Initializer? weights, Initializer? biases)
        : base(name)
    {
        if (inputs < 1 || hidden < 1 || layers < 1 || (bidirectional && reverse))
        {
            throw new ArgumentException(
                $"{name}: inputs, hidden and layers must be at least 1, and reverse is for one direction only; "
                + $"got inputs {inputs}, hidden {hidden}, layers {layers}, bidirectional {bidirectional}, reverse {reverse}.");
        }

        (_inputs, Hidden, _layers, _bidirectional, _reverse, _bias) = (inputs, hidden, layers, bidirectional, reverse, bias);
        Initializer weight = weights ?? Initializer.Uniform(1 / Math.Sqrt(hidden));
        List<ParameterSpec> parameters = [];
        for (int layer = 0; layer < layers; layer++)
        {
            int features = layer == 0 ? inputs : Width;
            foreach (string direction in Directions)
            {
                string prefix = (layers > 1 ? $"layer{layer + 1}." : string.Empty) + direction;
                parameters.AddRange(Direction(prefix, features, gates, weight, biases ?? Initializer.Zeros));
            }
        }

        Parameters = parameters;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>Numbers in one direction's state.</summary>
    private protected int Hidden { get; }

    /// <summary>Whether there is, besides the bias of all gates, one inside the candidate: [hidden].</summary>
    private protected virtual bool HasCandidateBias => false;

    private int Width => _bidirectional ? 2 * Hidden : Hidden;

    private string[] Directions => _bidirectional ? ["forward.", "backward."] : [string.Empty];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 2 || input[0] < 1)
        {
            throw Refuse($"the input must be [step, feature] with at least one step; got {input}. Reshape it first, or put an Embedding layer in front.");
        }

        return input[1] == _inputs
            ? new Shape(input.Axes[0], new Axis(Width, "hidden"))
            : throw Refuse($"takes {_inputs} features; the input is {input}. Give {Name} {input[1]} inputs.");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters)
    {
        int each = parameters.Length / (_layers * Directions.Length);
        Tensor sequence = input;
        for (int layer = 0; layer < _layers; layer++)
        {
            Tensor[] directions = new Tensor[Directions.Length];
            for (int direction = 0; direction < directions.Length; direction++)
            {
                directions[direction] = Run(sequence, parameters[..each], _reverse || direction == 1);
                parameters = parameters[each..];
            }

            sequence = Tensor.Concatenate(1, directions);
        }

        return sequence.Reshape(OutputShape(input.Shape));
    }

    /// <summary>The recurrence of one direction.</summary>
    /// <param name="projected">[step, 1, gate·hidden]: what the inputs add to every step's gates, bias included.</param>
    /// <param name="weight">[hidden, gate·hidden].</param>
    /// <param name="candidateBias">[hidden], where <see cref="HasCandidateBias"/> and biases are wanted.</param>
    /// <param name="reverse">Whether to begin with the last step.</param>
    /// <returns>[step, 1, hidden].</returns>
    private protected abstract Tensor Recur(Tensor projected, Tensor weight, Tensor? candidateBias, bool reverse);

    /// <summary>[1, size] of zeros: a state before the first step.</summary>
    private protected static Tensor Zeros(Tensor like, int size) => like.Constant(0).BroadcastTo(new Shape(1, size));

    private Tensor Run(Tensor sequence, ReadOnlySpan<Tensor> parameters, bool reverse)
    {
        Tensor projected = sequence.MatMul(parameters[0]);
        projected = _bias ? projected + parameters[2] : projected;
        Tensor rows = projected.Reshape(projected.Shape[0], 1, projected.Shape[1]);
        return Recur(rows, parameters[1], parameters.Length > 3 ? parameters[3] : null, reverse).Reshape(projected.Shape[0], Hidden);
    }

    private IEnumerable<ParameterSpec> Direction(string prefix, int features, int gates, Initializer weights, Initializer biases)
    {
        Axis all = new(gates * Hidden, gates == 1 ? "hidden" : "gate·hidden");
        Axis hidden = new(Hidden, "hidden");
        yield return new(prefix + "inputWeight", new Shape(new Axis(features, "feature"), all), weights, features, Hidden);
        yield return new(prefix + "recurrentWeight", new Shape(hidden, all), weights, Hidden, Hidden);
        if (_bias)
        {
            yield return new(prefix + "bias", new Shape(all), biases, features, Hidden);
        }

        if (_bias && HasCandidateBias)
        {
            yield return new(prefix + "candidateBias", new Shape(hidden), biases, Hidden, Hidden);
        }
    }
}
