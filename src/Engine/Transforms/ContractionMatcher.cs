using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Recognises per-unit gradients, [unit, …] tensors, that are sums of products. Every case is an identity of tensors whose first axis is the
/// unit axis; what matches none is left to be formed as it stands.
/// </summary>
internal sealed class ContractionMatcher
{
    private readonly Axis _units;
    private readonly HashSet<Node> _standing;
    private readonly Dictionary<Node, ContractionSum?> _known = [];

    /// <summary>A matcher for gradients whose first axis is <paramref name="units"/>.</summary>
    /// <param name="units">The axis.</param>
    /// <param name="standing">Values that are computed whether or not a gradient is formed.</param>
    public ContractionMatcher(Axis units, HashSet<Node> standing) => (_units, _standing) = (units, standing);

    /// <summary>
    /// Values that something else than a sum of gradients needs: those that flow, if only through moves and sums and multiples, into an op that no sum of products passes through.
    /// </summary>
    /// <param name="batch">The computation whose last results are the gradients.</param>
    public static HashSet<Node> Standing(Computation batch)
    {
        HashSet<Node> standing = [];
        List<Node> nodes = batch.Reachable();
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            Node node = nodes[i];
            bool passes = node.Op is ReshapeOp or TransposeOp or SumOp or MapOp && !standing.Contains(node);
            foreach (Node input in node.Inputs)
            {
                if (!passes)
                {
                    standing.Add(input);
                }
            }
        }

        return standing;
    }

    /// <summary>The gradient as a sum of products, or null.</summary>
    public ContractionSum? Match(Tensor gradient)
    {
        if (!_known.TryGetValue(gradient.Node, out ContractionSum? sum))
        {
            Shape shape = gradient.Shape;
            sum = shape.Rank > 0 && shape[0] == _units.Size ? Match(gradient.Node) : null;
            _known[gradient.Node] = sum;
        }

        return sum;
    }

    private ContractionSum? Match(Node node) => node.Op switch
    {
        MatMulOp when node.Shape.Rank > 2 => Product(node, _standing.Contains(node)),
        ScatterAddOp when node.Shape.Rank == 3 => Scatter(node),
        TransposeOp op when op.Order[0] == 0 => Transposed(op, Input(node, 0)),
        ReshapeOp op => Input(node, 0) is { } sum ? sum with { Moves = ContractionMove.Append(sum.Moves, new(op.Target.Remove(0), [])) } : null,
        SumOp op when op.Axes.Count > 0 && op.Axes[0] > 0 => Summed(op, Input(node, 0)),
        MapOp op => Mapped(op, node),
        _ => null,
    };

    private ContractionSum? Input(Node node, int index) => Match(new Tensor(node.Inputs[index]));

    private static ContractionSum Product(Node node, bool stands)
    {
        (Tensor left, Tensor right) = (new(node.Inputs[0]), new(node.Inputs[1]));
        ContractionTerm term = new(SwapLast(left), null, right, stands);
        return new(node.Shape.Sizes.Skip(1).SkipLast(2).ToEquatableArray(), node.Shape[-2], node.Shape[-1], [term], []);
    }

    private static ContractionSum Scatter(Node node)
    {
        (Tensor index, Tensor updates) = (new(node.Inputs[0]), new(node.Inputs[1]));
        return new([], node.Shape[-2], node.Shape[-1], [new(null, index, updates)], []);
    }

    private static ContractionSum? Transposed(TransposeOp op, ContractionSum? sum)
    {
        if (sum is null)
        {
            return null;
        }

        EquatableArray<int> order = op.Order.Skip(1).Select(axis => axis - 1).ToEquatableArray();
        int[] swap = [.. Enumerable.Range(0, order.Count - 2 < 0 ? 0 : order.Count - 2), order.Count - 1, order.Count - 2];
        return sum.Moves.Count == 0 && sum.IsDense && order.SequenceEqual(swap)
            ? sum with { P = sum.Q, Q = sum.P, Terms = [.. sum.Terms.Select(term => new ContractionTerm(term.Updates, null, term.Rows!.Value, term.Stands))] }
            : sum with { Moves = ContractionMove.Append(sum.Moves, new(null, order)) };
    }

    /// <summary>A sum over batch axes only makes the products longer.</summary>
    private static ContractionSum? Summed(SumOp op, ContractionSum? sum)
    {
        if (sum is null || sum.Moves.Count > 0 || op.Axes[op.Axes.Count - 1] > sum.Batch.Count)
        {
            return null;
        }

        int rank = sum.Batch.Count + 3;
        int[] kept = [.. Enumerable.Range(0, rank - 2).Where(axis => !op.Axes.Contains(axis))];
        Tensor Lengthen(Tensor factor)
        {
            Tensor moved = factor.Transpose([.. kept, .. op.Axes, rank - 2, rank - 1]);
            int length = op.Axes.Aggregate(factor.Shape[-2], (product, axis) => product * factor.Shape[axis]);
            return moved.Reshape(new Shape([.. kept.Select(axis => factor.Shape.Axes[axis]), length, factor.Shape[-1]]));
        }

        return sum with
        {
            Batch = kept.Skip(1).Select(axis => sum.Batch[axis - 1]).ToEquatableArray(),
            Terms = [.. sum.Terms.Select(term => new ContractionTerm(Lengthen(term.Rows!.Value), null, Lengthen(term.Updates), term.Stands))],
        };
    }

    private ContractionSum? Mapped(MapOp op, Node node)
    {
        if (ReferenceEquals(op, MapOp.Neg))
        {
            return Input(node, 0)?.Linear(factor => -factor);
        }

        if (ReferenceEquals(op, MapOp.Add) || ReferenceEquals(op, MapOp.Sub))
        {
            bool negate = ReferenceEquals(op, MapOp.Sub);
            ContractionSum? left = Input(node, 0);
            ContractionSum? right = left is null ? null : Input(node, 1);
            return right is null || !left!.Fits(right) ? null : left.Plus(negate ? right.Linear(factor => -factor) : right);
        }

        if (ReferenceEquals(op, MapOp.Mul))
        {
            return Scaled(node, 0, 1) ?? Scaled(node, 1, 0);
        }

        return ReferenceEquals(op, MapOp.Div) ? Scaled(node, 0, 1) : null;
    }

    /// <summary>A product or quotient with a number that each unit has one of.</summary>
    private ContractionSum? Scaled(Node node, int product, int number)
    {
        ContractionSum? sum = Input(node, product);
        if (sum is null || PerExampleNumber.Find(new Tensor(node.Inputs[number]), _units) is not { } each)
        {
            return null;
        }

        bool divide = ReferenceEquals(node.Op, MapOp.Div);
        return sum.Linear(factor => PerExampleNumber.Spread(each, factor.Shape) is var spread && divide ? factor / spread : factor * spread);
    }

    /// <summary>Exchanges the last two axes; undoes an exchange that is already there.</summary>
    private static Tensor SwapLast(Tensor tensor)
    {
        if (tensor.Node.Op is TransposeOp op)
        {
            int rank = op.Order.Count;
            int[] order = [.. op.Order.Take(rank - 2), op.Order[rank - 1], op.Order[rank - 2]];
            Tensor source = new(tensor.Node.Inputs[0]);
            return order.SequenceEqual(Enumerable.Range(0, rank)) ? source : source.Transpose(order);
        }

        return tensor.SwapLast();
    }
}
