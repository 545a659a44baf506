using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// The plain recurrence <c>h' = activation(x·inputWeight + h·recurrentWeight + bias)</c> (Elman 1990), as PyTorch's <c>RNN</c>: from [step, feature]
/// to [step, hidden].
/// </summary>
/// <remarks><inheritdoc cref="Recurrent" path="/remarks"/></remarks>
public sealed class Rnn : Recurrent
{
    private readonly Activation _activation;

    /// <summary>A plain recurrence.</summary>
    /// <param name="inputs">Features in, at least 1.</param>
    /// <param name="hidden">Numbers in the state, at least 1.</param>
    /// <param name="activation">Applied to every new state; <see cref="Activation.Tanh"/> unless given.</param>
    /// <param name="layers">Layers, each reading the one before; at least 1.</param>
    /// <param name="bidirectional">Whether each layer runs in both directions; results stand side by side, forward first.</param>
    /// <param name="reverse">Whether a layer of one direction begins with the last step.</param>
    /// <param name="bias">Whether biases are added.</param>
    /// <param name="name">Name; <c>rnn</c> unless given.</param>
    /// <param name="weightInitializer">First values of the weights.</param>
    /// <param name="biasInitializer">First values of the biases.</param>
    /// <exception cref="ArgumentException">A number is out of range, or both directions and reverse are asked for.</exception>
    public Rnn(
        int inputs, int hidden, Activation? activation = null, int layers = 1, bool bidirectional = false, bool reverse = false, bool bias = true,
        string name = "rnn", Initializer? weightInitializer = null, Initializer? biasInitializer = null)
        : base(1, inputs, hidden, layers, bidirectional, reverse, bias, name, weightInitializer, biasInitializer) =>
        _activation = activation ?? Activation.Tanh;

    private protected override Tensor Recur(Tensor projected, Tensor weight, Tensor? candidateBias, bool reverse) => Scan.Run(
        [Zeros(projected, Hidden)],
        [projected],
        [weight],
        (carries, elements, constants) =>
        {
            Tensor state = _activation.Apply(elements[0] + carries[0]);
            return ([state.MatMul(constants[0])], [state]);
        },
        reverse).Results[0];
}
