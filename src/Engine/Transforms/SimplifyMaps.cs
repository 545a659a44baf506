using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using static FastDPMeta.Engine.Transforms.SimplifyGraph;

namespace FastDPMeta.Engine.Transforms;

/// <summary>Rules for element-wise ops.</summary>
internal static class SimplifyMaps
{
    /// <summary>op(constants) → constant. Folded in double precision, rounded once.</summary>
    public static Node? FoldConstants(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not MapOp map)
        {
            return null;
        }

        Span<double> values = stackalloc double[3];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (ConstantOf(inputs[i]) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        return graph.Fill(inputs[0].Shape, map.Scalar.At(values[0], values[1], values[2]));
    }

    /// <summary>c + x → x + c, c·x → x·c: so that other rules look in one place.</summary>
    public static Node? ConstantLast(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        IsCommutative(op) && ConstantOf(inputs[0]) is not null && ConstantOf(inputs[1]) is null ? graph.Make(op, inputs[1], inputs[0]) : null;

    /// <summary>y + x → x + y where x is older: so that both are one node. Exact: these ops commute bit by bit.</summary>
    public static Node? SameOrder(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        IsCommutative(op) && ConstantOf(inputs[1]) is null && inputs[1].Id < inputs[0].Id ? graph.Make(op, inputs[1], inputs[0]) : null;

    /// <summary>x + 0 → x. (-0 + 0 is 0, which equals -0.)</summary>
    public static Node? AddZero(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op == MapOp.Add && ConstantOf(inputs[1]) is 0 ? inputs[0] : null;

    /// <summary>x - 0 → x, 0 - x → -x, x - (-y) → x + y.</summary>
    public static Node? SubtractZero(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op != MapOp.Sub)
        {
            return null;
        }

        return ConstantOf(inputs[1]) is 0 ? inputs[0]
            : ConstantOf(inputs[0]) is 0 ? graph.Make(MapOp.Neg, inputs[1])
            : inputs[1].Op == MapOp.Neg ? graph.Make(MapOp.Add, inputs[0], inputs[1].Inputs[0]) : null;
    }

    /// <summary>x·1 → x, x·(-1) → -x.</summary>
    public static Node? MultiplyOne(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) => op != MapOp.Mul ? null : ConstantOf(inputs[1]) switch
    {
        1 => inputs[0],
        -1 => graph.Make(MapOp.Neg, inputs[0]),
        _ => null,
    };

    /// <summary>x·0 → 0 where x is certainly finite: a comparison's mask. Elsewhere x may be infinite or NaN, and 0·∞ is NaN.</summary>
    public static Node? MultiplyZero(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op == MapOp.Mul && ConstantOf(inputs[1]) is 0 && inputs[0].Op == MapOp.Less ? inputs[1] : null;

    /// <summary>x/c → x·(1/c): at most one more rounding, none when c is a power of two.</summary>
    public static Node? DivideByConstant(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op == MapOp.Div && ConstantOf(inputs[1]) is { } divisor && float.IsNormal((float)(1 / divisor))
            ? graph.Make(MapOp.Mul, inputs[0], graph.Fill(inputs[0].Shape, 1 / divisor)) : null;

    /// <summary>-(-x) → x, -(x - y) → y - x.</summary>
    public static Node? NegateNegated(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op != MapOp.Neg)
        {
            return null;
        }

        return inputs[0].Op == MapOp.Neg ? inputs[0].Inputs[0]
            : inputs[0].Op == MapOp.Sub ? graph.Make(MapOp.Sub, inputs[0].Inputs[1], inputs[0].Inputs[0]) : null;
    }

    /// <summary>x + (-y) → x - y, (-x) + y → y - x.</summary>
    public static Node? AddNegated(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op != MapOp.Add)
        {
            return null;
        }

        return inputs[1].Op == MapOp.Neg ? graph.Make(MapOp.Sub, inputs[0], inputs[1].Inputs[0])
            : inputs[0].Op == MapOp.Neg ? graph.Make(MapOp.Sub, inputs[1], inputs[0].Inputs[0]) : null;
    }

    /// <summary>(x·a)·b → x·(a·b) for constants: one rounding less.</summary>
    public static Node? MultiplyTwice(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs) =>
        op == MapOp.Mul && ConstantOf(inputs[1]) is { } outer && inputs[0].Op == MapOp.Mul && ConstantOf(inputs[0].Inputs[1]) is { } inner
            && float.IsNormal((float)(outer * inner))
            ? graph.Make(MapOp.Mul, inputs[0].Inputs[0], graph.Fill(inputs[0].Shape, outer * inner)) : null;

    /// <summary>(-x)·c → x·(-c), (-x)·(-y) → x·y.</summary>
    public static Node? MultiplyNegated(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op != MapOp.Mul || inputs[0].Op != MapOp.Neg)
        {
            return null;
        }

        Node x = inputs[0].Inputs[0];
        return ConstantOf(inputs[1]) is { } factor ? graph.Make(MapOp.Mul, x, graph.Fill(x.Shape, -factor))
            : inputs[1].Op == MapOp.Neg ? graph.Make(MapOp.Mul, x, inputs[1].Inputs[0]) : null;
    }

    /// <summary>select(constant, x, y) → x or y; select(c, x, x) → x.</summary>
    public static Node? SelectDecided(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op != MapOp.Select)
        {
            return null;
        }

        return ReferenceEquals(inputs[1], inputs[2]) ? inputs[1]
            : ConstantOf(inputs[0]) is { } condition ? inputs[condition != 0 ? 1 : 2] : null;
    }

    /// <summary>max(x, x) → x, min(x, x) → x, x &lt; x → 0 (also for NaN).</summary>
    public static Node? SameTwice(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (inputs.Length != 2 || !ReferenceEquals(inputs[0], inputs[1]))
        {
            return null;
        }

        return op == MapOp.Max || op == MapOp.Min ? inputs[0] : op == MapOp.Less ? graph.Fill(inputs[0].Shape, 0) : null;
    }

    /// <summary>op(broadcast x, broadcast y) → broadcast(op(x, y)) over the axes all inputs are repeated along: each number computed once.</summary>
    public static Node? MapOfBroadcasts(SimplifyGraph graph, Op op, ReadOnlySpan<Node> inputs)
    {
        if (op is not MapOp)
        {
            return null;
        }

        HashSet<int> common = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Op is not BroadcastOp broadcast)
            {
                return null;
            }

            if (i == 0)
            {
                common.UnionWith(broadcast.Axes);
            }
            else
            {
                common.IntersectWith(broadcast.Axes);
            }
        }

        if (common.Count == 0)
        {
            return null;
        }

        Shape shape = inputs[0].Shape;
        Node[] smaller = new Node[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            smaller[i] = SimplifyMoves.WithoutBroadcast(graph, inputs[i], common);
        }

        return graph.Make(Broadcast(shape, common.Order()), graph.Make(op, smaller));
    }

    private static bool IsCommutative(Op op) => op == MapOp.Add || op == MapOp.Mul || op == MapOp.Max || op == MapOp.Min;
}
