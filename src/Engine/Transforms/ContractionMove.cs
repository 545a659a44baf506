using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// A move between a product and the parameter it is the gradient of: a reshape to <paramref name="Target"/>, or else a transpose by
/// <paramref name="Order"/>; both without the unit axis. Moves keep every element, and so the norm.
/// </summary>
internal sealed record ContractionMove(Shape? Target, EquatableArray<int> Order)
{
    /// <summary>The move applied to a tensor without the unit axis.</summary>
    public Tensor Apply(Tensor tensor) => Target is { } target ? tensor.Reshape(target) : tensor.Transpose(Order.Span);

    /// <summary>The moves followed by one more; of two reshapes only the last matters.</summary>
    public static EquatableArray<ContractionMove> Append(EquatableArray<ContractionMove> moves, ContractionMove move) =>
        moves.Count > 0 && moves[moves.Count - 1].Target is not null && move.Target is not null
            ? [.. moves.Take(moves.Count - 1), move]
            : [.. moves, move];
}
