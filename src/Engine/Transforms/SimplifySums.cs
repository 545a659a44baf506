using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;
using static FastDPMeta.Engine.Transforms.SimplifyGraph;

namespace FastDPMeta.Engine.Transforms;

/// <summary>Rules for reductions and matrix products.</summary>
internal static class SimplifySums
{
    /// <summary>Σ of n equal numbers c → n·c, rounded once.</summary>
    public static Node? SumOfFill(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not SumOp sum || ConstantOf(inputs[0]) is not { } value)
        {
            return null;
        }

        return graph.Fill(op.Infer(inputs), value * Product(inputs[0].Shape, sum.Axes));
    }

    /// <summary>The maximum of equal numbers is that number.</summary>
    public static Node? MaxOverOfFill(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op is MaxOverOp && inputs[0].Shape.Count > 0 && ConstantOf(inputs[0]) is { } value ? graph.Fill(op.Infer(inputs), value) : null;

    /// <summary>Σ(Σ x) → Σ x over the axes of both: another order of addition.</summary>
    public static Node? SumTwice(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not SumOp outer || inputs[0].Op is not SumOp inner)
        {
            return null;
        }

        Node x = inputs[0].Inputs[0];
        int[] kept = [.. Enumerable.Range(0, x.Shape.Rank).Where(axis => !inner.Axes.Contains(axis))];
        return graph.Make(new SumOp(inner.Axes.Concat(outer.Axes.Select(axis => kept[axis])).Order().ToEquatableArray()), x);
    }

    /// <summary>A sum over axes of one element (or none) → reshape.</summary>
    public static Node? SumOfOnes(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        Shape shape = inputs.Length > 0 ? inputs[0].Shape : Shape.Scalar;
        return op is SumOp sum && sum.Axes.All(axis => shape[axis] == 1) ? graph.Reshape(inputs[0], op.Infer(inputs)) : null;
    }

    /// <summary>Σ over n repetitions of x → n·x: one rounding in place of n.</summary>
    public static Node? SumOfBroadcast(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not SumOp sum || inputs[0].Op is not BroadcastOp broadcast || !sum.Axes.Any(axis => broadcast.Axes.Contains(axis)))
        {
            return null;
        }

        HashSet<int> both = [.. sum.Axes.Where(axis => broadcast.Axes.Contains(axis))];
        Node less = SimplifyMoves.WithoutBroadcast(graph, inputs[0], both);
        int[] kept = [.. Enumerable.Range(0, inputs[0].Shape.Rank).Where(axis => !both.Contains(axis))];
        int[] axes = [.. sum.Axes.Where(axis => !both.Contains(axis)).Select(axis => Array.IndexOf(kept, axis))];
        Node rest = axes.Length == 0 ? less : graph.Make(new SumOp([.. axes]), less);
        return graph.Make(MapOp.Mul, rest, graph.Fill(rest.Shape, Product(inputs[0].Shape, both)));
    }

    /// <summary>Σ(transpose x) → transpose(Σ x): another order of addition.</summary>
    public static Node? SumOfTranspose(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not SumOp sum || inputs[0].Op is not TransposeOp transpose)
        {
            return null;
        }

        int[] gone = [.. sum.Axes.Select(axis => transpose.Order[axis]).Order()];
        int[] left = [.. Enumerable.Range(0, transpose.Order.Count).Where(axis => !gone.Contains(axis))];
        int[] order = [.. transpose.Order.Where(axis => !gone.Contains(axis)).Select(axis => Array.IndexOf(left, axis))];
        return graph.Make(new TransposeOp([.. order]), graph.Make(new SumOp([.. gone]), inputs[0].Inputs[0]));
    }

    /// <summary>Σ(reshape x) → reshape(Σ x) where only axes of one element come and go, once nothing will be differentiated.</summary>
    public static Node? SumOfReshape(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not SumOp sum || !graph.IsFinal || SimplifyMoves.OnesApart(inputs[0]) is not { } source)
        {
            return null;
        }

        // The axes of more than one element are the same ones in both shapes.
        Shape shape = inputs[0].Shape;
        int[] places = [.. Enumerable.Range(0, source.Rank).Where(axis => source[axis] != 1)];
        int[] axes = [.. sum.Axes.Where(axis => shape[axis] != 1).Select(axis => places[Enumerable.Range(0, axis).Count(before => shape[before] != 1)])];
        return graph.Reshape(graph.Make(new SumOp([.. axes]), inputs[0].Inputs[0]), op.Infer(inputs));
    }

    /// <summary>
    /// Σ over batch axes of A[b]·B[b] → one product with a longer inner axis, [m, b·k]·[b·k, n]: a weight's gradient over a batch without
    /// a gradient per row. Another order of addition.
    /// </summary>
    public static Node? SumOfBatchedProduct(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not SumOp sum || inputs[0].Op is not MatMulOp || (sum.Axes.Count > 0 && sum.Axes[sum.Axes.Count - 1] >= inputs[0].Shape.Rank - 2))
        {
            return null;
        }

        (Node left, Node right) = (inputs[0].Inputs[0], inputs[0].Inputs[1]);
        int batches = left.Shape.Rank - 2;
        int[] summed = [.. sum.Axes];
        int[] kept = [.. Enumerable.Range(0, batches).Where(axis => !summed.Contains(axis))];
        int inner = Product(left.Shape, sum.Axes) * left.Shape[-1];
        Axis[] front = [.. kept.Select(axis => left.Shape.Axes[axis])];
        Node a = graph.Reshape(
            graph.Make(new TransposeOp([.. kept, batches, .. summed, batches + 1]), left), new Shape([.. front, left.Shape.Axes[^2], inner]));
        Node b = graph.Reshape(
            graph.Make(new TransposeOp([.. kept, .. summed, batches, batches + 1]), right), new Shape([.. front, inner, right.Shape.Axes[^1]]));
        return graph.Make(new MatMulOp(), a, b);
    }

    /// <summary>(broadcast A)·(broadcast B) along a common batch axis → broadcast(A·B).</summary>
    public static Node? ProductOfBroadcasts(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not MatMulOp || inputs[0].Op is not BroadcastOp left || inputs[1].Op is not BroadcastOp right)
        {
            return null;
        }

        int batches = inputs[0].Shape.Rank - 2;
        HashSet<int> common = [.. left.Axes.Where(axis => axis < batches && right.Axes.Contains(axis))];
        return common.Count == 0 ? null : graph.Make(
            Broadcast(op.Infer(inputs), common.Order()),
            graph.Make(op, SimplifyMoves.WithoutBroadcast(graph, inputs[0], common), SimplifyMoves.WithoutBroadcast(graph, inputs[1], common)));
    }

    private static int Product(Shape shape, IEnumerable<int> axes) => axes.Aggregate(1, (product, axis) => product * shape[axis]);
}
