using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Gated recurrent unit (Cho et al. 2014), as PyTorch's <c>GRU</c>: gates in the order reset r, update z, candidate n;
/// <c>n = tanh(xₙ + σ(r)·(h·Wₙ + candidateBias))</c>, <c>h' = (1 - σ(z))·n + σ(z)·h</c>. From [step, feature] to [step, hidden]. The reset gate
/// multiplies the candidate's recurrent part, bias included, so that bias is a parameter of its own: <c>candidateBias</c> [hidden].
/// </summary>
/// <remarks><inheritdoc cref="Recurrent" path="/remarks"/></remarks>
public sealed class Gru : Recurrent
{
    /// <summary>A GRU.</summary>
    /// <param name="inputs">Features in, at least 1.</param>
    /// <param name="hidden">Numbers in the state, at least 1.</param>
    /// <param name="layers">Layers, each reading the one before; at least 1.</param>
    /// <param name="bidirectional">Whether each layer runs in both directions; results stand side by side, forward first.</param>
    /// <param name="reverse">Whether a layer of one direction begins with the last step.</param>
    /// <param name="bias">Whether biases are added.</param>
    /// <param name="name">Name; <c>gru</c> unless given.</param>
    /// <param name="weightInitializer">First values of the weights.</param>
    /// <param name="biasInitializer">First values of the biases.</param>
    /// <exception cref="ArgumentException">A number is out of range, or both directions and reverse are asked for.</exception>
    public Gru(
        int inputs, int hidden, int layers = 1, bool bidirectional = false, bool reverse = false, bool bias = true, string name = "gru",
        Initializer? weightInitializer = null, Initializer? biasInitializer = null)
        : base(3, inputs, hidden, layers, bidirectional, reverse, bias, name, weightInitializer, biasInitializer)
    {
    }

    private protected override bool HasCandidateBias => true;

    private protected override Tensor Recur(Tensor projected, Tensor weight, Tensor? candidateBias, bool reverse)
    {
        // As a sequence the bias has a derivative for every step, summed once outside; as a constant it would be added up step by step.
        Axis steps = projected.Shape.Axes[0];
        Tensor[] shifts = candidateBias is { } bias ? [bias.BroadcastTo(new Shape(steps, 1, Hidden))] : [];
        return Scan.Run(
            [Zeros(projected, Hidden), Zeros(projected, 3 * Hidden)],
            [projected, .. shifts],
            [weight],
            (carries, elements, constants) =>
            {
                Tensor both = (elements[0] + carries[1]).Slice(1, 0, 2 * Hidden).Sigmoid();
                (Tensor reset, Tensor update) = (both.Slice(1, 0, Hidden), both.Slice(1, Hidden, Hidden));
                Tensor recurrent = carries[1].Slice(1, 2 * Hidden, Hidden);
                recurrent = elements.Length > 1 ? recurrent + elements[1] : recurrent;
                Tensor candidate = (elements[0].Slice(1, 2 * Hidden, Hidden) + (reset * recurrent)).Tanh();
                Tensor state = candidate + (update * (carries[0] - candidate));
                return ([state, state.MatMul(constants[0])], [state]);
            },
            reverse).Results[0];
    }
}
