using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Scalar;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// An element-wise op: its scalar function, and its derivative, one line each. <c>x</c> are the inputs, <c>y</c> the result, <c>g</c> the
/// cotangent of y; the rule returns the cotangent of each input.
/// </summary>
internal sealed record MapOp : Op
{
    private readonly Func<Tensor[], Tensor, Tensor, Tensor?[]> _vjp;

    private MapOp(ScalarOp scalar, Func<Tensor[], Tensor, Tensor, Tensor?[]> vjp)
    {
        Scalar = scalar;
        _vjp = vjp;
    }

    // 1. Of one number
    public static readonly MapOp Neg = new(ScalarOp.Neg, (x, y, g) => [-g]);
    public static readonly MapOp Exp = new(ScalarOp.Exp, (x, y, g) => [g * y]);
    public static readonly MapOp Log = new(ScalarOp.Log, (x, y, g) => [g / x[0]]);
    public static readonly MapOp Sqrt = new(ScalarOp.Sqrt, (x, y, g) => [g * 0.5 / y]);
    public static readonly MapOp Rsqrt = new(ScalarOp.Rsqrt, (x, y, g) => [g * -0.5 * (y * y * y)]);
    public static readonly MapOp Tanh = new(ScalarOp.Tanh, (x, y, g) => [g * (1.0 - (y * y))]);
    public static readonly MapOp Sigmoid = new(ScalarOp.Sigmoid, (x, y, g) => [g * (y * (1.0 - y))]);
    public static readonly MapOp Erf = new(ScalarOp.Erf, (x, y, g) => [g * (2 / Math.Sqrt(Math.PI)) * (-(x[0] * x[0])).Exp()]);

    // 2. Of two numbers; at ties max and min share the derivative equally
    public static readonly MapOp Add = new(ScalarOp.Add, (x, y, g) => [g, g]);
    public static readonly MapOp Sub = new(ScalarOp.Sub, (x, y, g) => [g, -g]);
    public static readonly MapOp Mul = new(ScalarOp.Mul, (x, y, g) => [g * x[1], g * x[0]]);
    public static readonly MapOp Div = new(ScalarOp.Div, (x, y, g) => [g / x[1], -(g * y / x[1])]);
    public static readonly MapOp Max = new(ScalarOp.Max, (x, y, g) => [g * Share(x[1], x[0]), g * Share(x[0], x[1])]);
    public static readonly MapOp Min = new(ScalarOp.Min, (x, y, g) => [g * Share(x[0], x[1]), g * Share(x[1], x[0])]);
    public static readonly MapOp Less = new(ScalarOp.Less, (x, y, g) => [null, null]);

    // 3. Of three numbers
    public static readonly MapOp Select = new(
        ScalarOp.Select, (x, y, g) => [null, Tensor.Select(x[0], g, g.Fill(0)), Tensor.Select(x[0], g.Fill(0), g)]);

    /// <summary>Every element-wise op.</summary>
    public static IReadOnlyList<MapOp> All { get; } =
        [Neg, Exp, Log, Sqrt, Rsqrt, Tanh, Sigmoid, Erf, Add, Sub, Mul, Div, Max, Min, Less, Select];

    /// <summary>The scalar function, which every backend compiles.</summary>
    public ScalarOp Scalar { get; }

    public override string Name => Scalar.Name;

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        for (int i = 1; i < inputs.Length; i++)
        {
            if (!inputs[i].Shape.Equals(inputs[0].Shape))
            {
                throw new ShapeException($"{Name}: all inputs must have one shape; got {inputs[0].Shape} and {inputs[i].Shape}.");
            }
        }

        return inputs.Length == Scalar.Arity ? inputs[0].Shape : throw new ShapeException($"{Name}: takes {Scalar.Arity} inputs; got {inputs.Length}.");
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        double[] result = new double[node.Shape.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Scalar.At(inputs[0][i], Scalar.Arity > 1 ? inputs[1][i] : 0, Scalar.Arity > 2 ? inputs[2][i] : 0);
        }

        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => _vjp(context.X, context.Y, context.G);

    public override RowFlow FollowRows(RowFlowContext context)
    {
        RowFlowPlace[] places = [.. context.Places.Where(place => place is not null).Select(place => place!.Value).Distinct()];
        return places.Length == 1
            ? RowFlow.At(places[0])
            : RowFlow.Mixed($"its inputs have the rows on axes {string.Join(" and ", places.Select(place => place.Axis))}, so it meets every pair. Compare a row with itself only");
    }

    public override Tensor Vmap(VmapContext context)
    {
        Node[] inputs = [.. Enumerable.Range(0, context.Inputs.Length).Select(i => context.Front(i).Node)];
        return new(inputs[0].Graph.Add(this, inputs));
    }

    public bool Equals(MapOp? other) => other is not null && other.Scalar.Equals(Scalar);

    public override int GetHashCode() => Scalar.GetHashCode();

    /// <summary>1 where smaller &lt; larger, ½ where equal, else 0.</summary>
    private static Tensor Share(Tensor smaller, Tensor larger) => ((smaller < larger) + (1.0 - (larger < smaller))) * 0.5;
}
