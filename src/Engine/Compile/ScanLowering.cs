using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Recurrences become a repeated block whose places move: sequences and results by one element per iteration. A carry whose history is read
/// lives in the history itself (each iteration reads one row and writes the next), and results that are that carry lie there, too; others are replaced in
/// place.
/// </summary>
internal static class ScanLowering
{
    public static void Lower(Lowering lowering, Node node)
    {
        ScanOp op = (ScanOp)node.Op;
        Node?[] items = new Node?[op.OutputCount];
        foreach (Node user in lowering.Nodes)
        {
            if (user.Op is ItemOp item && ReferenceEquals(user.Inputs[0], node))
            {
                items[item.Index] = user;
            }
        }

        int depth = lowering.Block.Depth;
        View[] inputs = new View[node.Inputs.Length];
        Place?[] outputs = new Place?[op.Body.Outputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (i < op.Carries)
            {
                int[] same = [.. Enumerable.Range(op.Carries, op.Results).Where(result => items[result] is not null && op.Body.Outputs[result].Equals(op.Body.Outputs[i]))];
                (inputs[i], outputs[i]) = Carry(lowering, op, node.Inputs[i], i, items[i], items[op.History(i)], [.. same.Select(result => items[result]!)]);
                foreach (int result in same)
                {
                    items[result] = null;
                }
            }
            else
            {
                bool sequence = i < op.Carries + op.Sequences;
                View view = sequence ? Sequence(lowering, node.Inputs[i]) : lowering.Operand(node.Inputs[i]);
                inputs[i] = sequence ? Element(view, op, depth) : view;
            }
        }

        for (int result = op.Carries; result < outputs.Length; result++)
        {
            if (items[result] is { } item)
            {
                outputs[result] = Element(lowering.Result(item), op, depth).Place;
            }
        }

        if (op.Length > 0)
        {
            IReadOnlyDictionary<Node, View> factors = StepFactors.LayOut(lowering, op, inputs);
            Block body = new(depth + 1);
            Lowering nested = lowering.Nested(body);
            foreach ((Node factor, View view) in factors)
            {
                nested.SetView(factor, view);
            }

            nested.Run(op.Body, [.. inputs.Select((view, i) => factors.GetValueOrDefault(op.Body.Inputs[i].Node, view))], outputs);
            lowering.Block.Steps.Add(new RepeatedBlock(op.Length, body));
        }
    }

    /// <summary>Whether a scan computes this input itself where nobody did: a sequence that is read in another order than it was made for, in the order of its steps.</summary>
    /// <param name="node">A scan, or another node.</param>
    /// <param name="input">One of its inputs.</param>
    public static bool TurnsItself(Node node, Node input) =>
        node.Op is ScanOp op && input.Op is TransposeOp && node.Inputs.ToArray().AsSpan(op.Carries, op.Sequences).Contains(input);

    /// <summary>
    /// A sequence in memory, its elements one after another where they are not all the same: a step that reads a little of every example's own sequence
    /// would wait for memory at each.
    /// </summary>
    private static View Sequence(Lowering lowering, Node sequence)
    {
        Node source = sequence;
        while (source.Op is TransposeOp or ReshapeOp && lowering.ViewOf(source) is null)
        {
            source = source.Inputs[0];
        }

        if (source.Op is MapOp && lowering.ViewOf(source) is null)
        {
            lowering.Materialise(sequence);
        }

        View view = lowering.Operand(sequence);
        return view.Strides.Span[1..].ContainsAnyExceptInRange(int.MinValue, Math.Abs(view.Strides[0])) && view.Strides[0] != 0 ? lowering.RowMajor(sequence) : view;
    }

    /// <summary>The element of this iteration along a view's first axis.</summary>
    private static View Element(View view, ScanOp op, int depth)
    {
        long stride = view.Strides[0];
        Place first = op.Reverse ? view.Place.Plus(stride * (op.Length - 1)) : view.Place;
        return new View(first.Moving(depth, op.Reverse ? -stride : stride), [.. view.Strides.Span[1..]]);
    }

    private static (View Input, Place Output) Carry(Lowering lowering, ScanOp op, Node initial, int index, Node? last, Node? history, Node[] results)
    {
        int size = initial.Shape.Count;
        int depth = lowering.Block.Depth;
        bool keeps = history is not null || results.Length > 0;
        int rows = keeps ? op.Length + 1 : 1;
        Place start = lowering.Scratch($"carry {index}", (long)size * rows);
        Place first = keeps && op.Reverse ? start.Plus((long)size * op.Length) : start;
        lowering.Write(initial, View.RowMajor(first, initial.Shape));
        if (last is not null)
        {
            lowering.SetView(last, View.RowMajor(keeps && !op.Reverse ? start.Plus((long)size * op.Length) : start, last.Shape));
        }

        if (!keeps)
        {
            return (View.RowMajor(first, initial.Shape), first);
        }

        // Forward: step s reads row s, writes row s + 1. Backward: step s reads row s + 1, writes row s.
        if (history is not null)
        {
            lowering.SetView(history, View.RowMajor(op.Reverse ? start.Plus(size) : start, history.Shape));
        }

        foreach (Node result in results)
        {
            lowering.SetView(result, View.RowMajor(op.Reverse ? start : start.Plus(size), result.Shape));
        }

        int direction = op.Reverse ? -size : size;
        Place read = first.Moving(depth, direction);
        return (View.RowMajor(read, initial.Shape), read.Plus(direction));
    }
}
