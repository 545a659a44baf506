using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// How much of each unit enters the sum. A unit that is left out is taken out by choice, never by multiplication with 0: its numbers may be NaN.
/// </summary>
/// <param name="Keep">[unit]: 1 for a unit that counts, 0 for padding and for units with numbers that are not finite.</param>
/// <param name="Factor">[unit]: the clip factor, or null for 1.</param>
internal sealed record PerExampleWeights(Tensor Keep, Tensor? Factor)
{
    /// <summary>[unit, …] with zeros for units left out.</summary>
    public Tensor Drop(Tensor tensor) => Tensor.Select(PerExampleNumber.Spread(Keep, tensor.Shape), tensor, tensor.Fill(0));

    /// <summary>
    /// [unit, …] with zeros for units left out and the others scaled. When the factor clips, the result is marked as bounded, which is what lets
    /// <see cref="IsolationCheck"/> accept the sum over units that follows.
    /// </summary>
    public Tensor Scale(Tensor tensor) => Factor is { } factor
        ? Drop(tensor * PerExampleNumber.Spread(factor, tensor.Shape)).Add(new StopGradientOp(Bounded: true))
        : Drop(tensor);
}
