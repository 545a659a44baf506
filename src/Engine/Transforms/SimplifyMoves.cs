using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;
using static FastDPMeta.Engine.Transforms.SimplifyGraph;

namespace FastDPMeta.Engine.Transforms;

/// <summary>Rules for ops that only move elements; all exact.</summary>
internal static class SimplifyMoves
{
    /// <summary>Any move of one number everywhere is that number everywhere.</summary>
    public static Node? MoveOfFill(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (!op.IsMove || ConstantOf(inputs[0]) is not { } value || (op is StopGradientOp && !graph.IsFinal))
        {
            return null;
        }

        Shape shape = op.Infer(inputs);
        return op is BroadcastOp && inputs[0].Op is ConstantOp ? null : graph.Fill(shape, value);
    }

    /// <summary>Reshape to the same shape, transpose in order, broadcast along nothing, slice of all, pad by nothing → the input.</summary>
    public static Node? Identity(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) => op switch
    {
        ReshapeOp reshape => reshape.Target.Equals(inputs[0].Shape),
        TransposeOp transpose => transpose.Order.SequenceEqual(Enumerable.Range(0, transpose.Order.Count)),
        BroadcastOp broadcast => broadcast.Axes.Count == 0,
        SliceOp slice => slice.Counts == inputs[0].Shape.Sizes,
        PadOp pad => pad.Before.All(count => count == 0) && pad.After.All(count => count == 0),
        _ => false,
    } ? inputs[0] : null;

    /// <summary>reshape(reshape x) → reshape x.</summary>
    public static Node? ReshapeTwice(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op is ReshapeOp && inputs[0].Op is ReshapeOp ? graph.Make(op, inputs[0].Inputs[0]) : null;

    /// <summary>transpose(transpose x) → transpose x by both orders.</summary>
    public static Node? TransposeTwice(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op is TransposeOp outer && inputs[0].Op is TransposeOp inner
            ? graph.Make(new TransposeOp(outer.Order.Select(axis => inner.Order[axis]).ToEquatableArray()), inputs[0].Inputs[0]) : null;

    /// <summary>broadcast(broadcast x) → one broadcast along the axes of both.</summary>
    public static Node? BroadcastTwice(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not BroadcastOp outer || inputs[0].Op is not BroadcastOp inner)
        {
            return null;
        }

        Shape shape = op.Infer(inputs);
        int[] kept = [.. Enumerable.Range(0, shape.Rank).Where(axis => !outer.Axes.Contains(axis))];
        return graph.Make(Broadcast(shape, outer.Axes.Concat(inner.Axes.Select(axis => kept[axis])).Order()), inputs[0].Inputs[0]);
    }

    /// <summary>slice(slice x) → slice x.</summary>
    public static Node? SliceTwice(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op is SliceOp outer && inputs[0].Op is SliceOp inner
            ? graph.Make(new SliceOp(Sum(outer.Starts, inner.Starts), outer.Counts), inputs[0].Inputs[0]) : null;

    /// <summary>pad(pad x) with one value → pad x.</summary>
    public static Node? PadTwice(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is PadOp filled && ConstantOf(inputs[0]) is { } value && value == filled.Value)
        {
            return graph.Fill(op.Infer(inputs), value);
        }

        return op is PadOp outer && inputs[0].Op is PadOp inner && outer.Value == inner.Value
            ? graph.Make(new PadOp(Sum(outer.Before, inner.Before), Sum(outer.After, inner.After), outer.Value), inputs[0].Inputs[0]) : null;
    }

    /// <summary>A block of a padded value: of the value alone when it lies inside, the padding's number when it lies outside.</summary>
    public static Node? SliceOfPad(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not SliceOp slice || inputs[0].Op is not PadOp pad)
        {
            return null;
        }

        Shape shape = inputs[0].Inputs[0].Shape;
        int[] starts = new int[shape.Rank];
        bool inside = true;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            starts[axis] = slice.Starts[axis] - pad.Before[axis];
            inside &= starts[axis] >= 0 && starts[axis] + slice.Counts[axis] <= shape[axis];
            if (starts[axis] >= shape[axis] || starts[axis] + slice.Counts[axis] <= 0)
            {
                return graph.Fill(op.Infer(inputs), pad.Value);
            }
        }

        return inside ? graph.Make(new SliceOp([.. starts], slice.Counts), inputs[0].Inputs[0]) : null;
    }

    /// <summary>A block of padded values added up (a concatenation) → the blocks added up, most of them zero.</summary>
    public static Node? SliceOfConcatenation(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op is SliceOp && inputs[0].Op == MapOp.Add && IsConcatenation(inputs[0])
            ? graph.Make(MapOp.Add, graph.Make(op, inputs[0].Inputs[0]), graph.Make(op, inputs[0].Inputs[1])) : null;

    /// <summary>slice(broadcast x) → broadcast(slice x).</summary>
    public static Node? SliceOfBroadcast(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not SliceOp slice || inputs[0].Op is not BroadcastOp broadcast)
        {
            return null;
        }

        int[] kept = [.. Enumerable.Range(0, inputs[0].Shape.Rank).Where(axis => !broadcast.Axes.Contains(axis))];
        Node block = graph.Make(
            new SliceOp(kept.Select(axis => slice.Starts[axis]).ToEquatableArray(), kept.Select(axis => slice.Counts[axis]).ToEquatableArray()),
            inputs[0].Inputs[0]);
        return graph.Make(Broadcast(op.Infer(inputs), broadcast.Axes), block);
    }

    /// <summary>transpose(broadcast x) → broadcast(transpose x).</summary>
    public static Node? TransposeOfBroadcast(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not TransposeOp transpose || inputs[0].Op is not BroadcastOp broadcast)
        {
            return null;
        }

        int[] kept = [.. Enumerable.Range(0, transpose.Order.Count).Where(axis => !broadcast.Axes.Contains(axis))];
        int[] order = [.. transpose.Order.Where(axis => !broadcast.Axes.Contains(axis)).Select(axis => Array.IndexOf(kept, axis))];
        IEnumerable<int> places = Enumerable.Range(0, transpose.Order.Count).Where(place => broadcast.Axes.Contains(transpose.Order[place]));
        return graph.Make(Broadcast(op.Infer(inputs), places), graph.Make(new TransposeOp([.. order]), inputs[0].Inputs[0]));
    }

    /// <summary>
    /// map(transpose x, transpose y, broadcast z) → transpose(map(x, y, broadcast z)): what a map computes lies in memory as its inputs do, and exchanges of
    /// axes on both sides of it meet. Windows stay: their own order, elements of a window last, is that of no value in memory.
    /// </summary>
    public static Node? MapOfTransposes(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        TransposeOp? first = null;
        foreach (Node input in inputs)
        {
            if (input.Op is TransposeOp transpose && (first is null || first == transpose) && input.Inputs[0].Op is not UnfoldOp)
            {
                first = transpose;
            }
            else if (input.Op is not BroadcastOp)
            {
                return null;
            }
        }

        if (op is not MapOp || first is null)
        {
            return null;
        }

        Node[] moved = new Node[inputs.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = inputs[i].Op is TransposeOp ? inputs[i].Inputs[0] : graph.Make(new TransposeOp(first.Inverse()), inputs[i]);
        }

        return graph.Make(first, graph.Make(op, moved));
    }

    /// <summary>
    /// map(reshape x, reshape y, fill) → reshape(map(x, y, fill)) where only axes of one element come and go, once nothing will be differentiated: what is
    /// computed under several shapes is then seen to be the same.
    /// </summary>
    public static Node? MapOfReshapes(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        Shape? source = null;
        foreach (Node input in inputs)
        {
            if (OnesApart(input) is { } shape && (source is null || source.Equals(shape)))
            {
                source = shape;
            }
            else if (ConstantOf(input) is null)
            {
                return null;
            }
        }

        if (op is not MapOp || source is null || !graph.IsFinal)
        {
            return null;
        }

        Node[] moved = [.. inputs.ToArray().Select(input => input.Op is ReshapeOp ? input.Inputs[0] : graph.Fill(source, ConstantOf(input)!.Value))];
        return graph.Reshape(graph.Make(op, moved), op.Infer(inputs));
    }

    /// <summary>The shape that a reshape gave or took axes of one element, and nothing else; null for any other value.</summary>
    public static Shape? OnesApart(Node node) =>
        node.Op is ReshapeOp && node.Inputs[0].Shape is var from && Long(from).SequenceEqual(Long(node.Shape)) ? from : null;

    /// <summary>The sizes other than 1.</summary>
    private static IEnumerable<int> Long(Shape shape) => shape.Sizes.Where(size => size != 1);

    /// <summary>stopGradient x → x once nothing will be differentiated.</summary>
    public static Node? StopGradient(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) => op is StopGradientOp && graph.IsFinal ? inputs[0] : null;

    /// <summary>A broadcast value without some of the axes it was repeated along.</summary>
    public static Node WithoutBroadcast(SimplifyGraph graph, Node node, IReadOnlySet<int> axes)
    {
        BroadcastOp broadcast = (BroadcastOp)node.Op;
        int[] kept = [.. Enumerable.Range(0, node.Shape.Rank).Where(axis => !axes.Contains(axis))];
        Shape shape = new([.. kept.Select(axis => node.Shape.Axes[axis])]);
        return graph.Make(Broadcast(shape, Enumerable.Range(0, kept.Length).Where(place => broadcast.Axes.Contains(kept[place]))), node.Inputs[0]);
    }

    private static bool IsConcatenation(Node node) =>
        node.Op is PadOp { Value: 0 } || (node.Op == MapOp.Add && IsConcatenation(node.Inputs[0]) && IsConcatenation(node.Inputs[1]));

    private static EquatableArray<int> Sum(EquatableArray<int> x, EquatableArray<int> y) => x.Zip(y, (a, b) => a + b).ToEquatableArray();
}
