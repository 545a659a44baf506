using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), as PyTorch's <c>LSTM</c>: gates in the
/// order input i, forget f, candidate g, output o; <c>c' = σ(f)·c + σ(i)·tanh(g)</c>, <c>h' = σ(o)·tanh(c')</c>. From [step, feature] to
/// [step, hidden].
/// </summary>
/// <remarks><inheritdoc cref="Recurrent" path="/remarks"/></remarks>
public sealed class Lstm : Recurrent
{
    /// <summary>An LSTM.</summary>
    /// <param name="inputs">Features in, at least 1.</param>
    /// <param name="hidden">Numbers in the state, at least 1.</param>
    /// <param name="layers">Layers, each reading the one before; at least 1.</param>
    /// <param name="bidirectional">Whether each layer runs in both directions; results stand side by side, forward first.</param>
    /// <param name="reverse">Whether a layer of one direction begins with the last step.</param>
    /// <param name="bias">Whether biases are added.</param>
    /// <param name="name">Name; <c>lstm</c> unless given.</param>
    /// <param name="weightInitializer">First values of the weights.</param>
    /// <param name="biasInitializer">First values of the biases.</param>
    /// <exception cref="ArgumentException">A number is out of range, or both directions and reverse are asked for.</exception>
    public Lstm(
        int inputs, int hidden, int layers = 1, bool bidirectional = false, bool reverse = false, bool bias = true, string name = "lstm",
        Initializer? weightInitializer = null, Initializer? biasInitializer = null)
        : base(4, inputs, hidden, layers, bidirectional, reverse, bias, name, weightInitializer, biasInitializer)
    {
    }

    private protected override Tensor Recur(Tensor projected, Tensor weight, Tensor? candidateBias, bool reverse) => Scan.Run(
        [Zeros(projected, Hidden), Zeros(projected, 4 * Hidden)],
        [projected],
        [weight],
        (carries, elements, constants) =>
        {
            Tensor gates = elements[0] + carries[1];
            Tensor Gate(int number) => gates.Slice(1, number * Hidden, Hidden);
            Tensor cell = (Gate(1).Sigmoid() * carries[0]) + (Gate(0).Sigmoid() * Gate(2).Tanh());
            Tensor state = Gate(3).Sigmoid() * cell.Tanh();
            return ([cell, state.MatMul(constants[0])], [state]);
        },
        reverse).Results[0];
}
