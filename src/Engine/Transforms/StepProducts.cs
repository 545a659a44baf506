using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Recognises derivatives, […, p, q], that are sums of products <c>Σ_t Rows_tᵀ · Updates_t</c>: a weight used several times in a step, transposed,
/// scaled, or by every row of a batch. What holds for one step holds for all: their factors, stacked, make one contraction.
/// </summary>
internal static class StepProducts
{
    /// <summary>The factors, rows […, s, p] and updates […, s, q]; none for a derivative that is 0; null for what is no sum of products.</summary>
    public static IReadOnlyList<(Tensor Rows, Tensor Updates)>? Of(Tensor derivative)
    {
        if (PerExampleNumber.IsZero(derivative))
        {
            return [];
        }

        Node node = derivative.Node;
        Tensor Input(int index) => new(node.Inputs[index]);
        return node.Op switch
        {
            MatMulOp => [(Turned(Input(0)), Input(1))],
            TransposeOp op when SwapsLast(op) => Each(Of(Input(0)), term => (term.Updates, term.Rows)),
            SumOp op when derivative.Shape.Rank >= 2 && op.Axes[op.Axes.Count - 1] < node.Inputs[0].Shape.Rank - 2 =>
                Each(Of(Input(0)), term => (Lengthened(term.Rows, op), Lengthened(term.Updates, op))),
            MapOp op => Mapped(op, Input),
            _ => null,
        };
    }

    /// <summary>Σ over steps of rowsᵀ·updates, from [step, …, s, p] and [step, …, s, q], as one product […, p, step·s]·[…, step·s, q].</summary>
    public static Tensor OverSteps(Tensor rows, Tensor updates) => Stacked(rows).SwapLast().MatMul(Stacked(updates));

    private static IReadOnlyList<(Tensor Rows, Tensor Updates)>? Mapped(MapOp op, Func<int, Tensor> input)
    {
        if (ReferenceEquals(op, MapOp.Neg))
        {
            return Each(Of(input(0)), term => (term.Rows, -term.Updates));
        }

        if (ReferenceEquals(op, MapOp.Add) || ReferenceEquals(op, MapOp.Sub))
        {
            bool negate = ReferenceEquals(op, MapOp.Sub);
            return Of(input(0)) is { } left && Each(Of(input(1)), term => (term.Rows, negate ? -term.Updates : term.Updates)) is { } right
                ? [.. left, .. right]
                : null;
        }

        if (ReferenceEquals(op, MapOp.Mul) && PerExampleNumber.Uniform(input(0)) is { } before)
        {
            return Each(Of(input(1)), term => (term.Rows, before * term.Updates));
        }

        bool divides = ReferenceEquals(op, MapOp.Div);
        return (divides || ReferenceEquals(op, MapOp.Mul)) && PerExampleNumber.Uniform(input(1)) is { } behind
            ? Each(Of(input(0)), term => (term.Rows, divides ? term.Updates / behind : term.Updates * behind))
            : null;
    }

    private static IReadOnlyList<(Tensor Rows, Tensor Updates)>? Each(
        IReadOnlyList<(Tensor Rows, Tensor Updates)>? terms, Func<(Tensor Rows, Tensor Updates), (Tensor Rows, Tensor Updates)> change) =>
        terms is null ? null : [.. terms.Select(change)];

    /// <summary>A sum over batch axes only makes the products longer.</summary>
    private static Tensor Lengthened(Tensor factor, SumOp op)
    {
        int rank = factor.Shape.Rank;
        int[] kept = [.. Enumerable.Range(0, rank - 2).Where(axis => !op.Axes.Contains(axis))];
        int length = op.Axes.Aggregate(factor.Shape[-2], (product, axis) => product * factor.Shape[axis]);
        return factor.Transpose([.. kept, .. op.Axes, rank - 2, rank - 1])
            .Reshape(new Shape([.. kept.Select(axis => factor.Shape.Axes[axis]), length, factor.Shape.Axes[^1]]));
    }

    /// <summary>[step, …, s, p] as […, step·s, p].</summary>
    private static Tensor Stacked(Tensor factor)
    {
        Tensor moved = factor.MoveAxis(0, factor.Shape.Rank - 3);
        return moved.Reshape(new Shape([.. moved.Shape.Axes[..^3], moved.Shape[-3] * moved.Shape[-2], moved.Shape.Axes[^1]]));
    }

    /// <summary>Exchanges the last two axes; undoes an exchange that is already there.</summary>
    private static Tensor Turned(Tensor factor) => factor.Node.Op is TransposeOp op && SwapsLast(op) ? new(factor.Node.Inputs[0]) : factor.SwapLast();

    private static bool SwapsLast(TransposeOp op)
    {
        int rank = op.Order.Count;
        return rank >= 2 && op.Order.SequenceEqual([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]);
    }
}
