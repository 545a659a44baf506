using System.Diagnostics.CodeAnalysis;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ir;

/// <summary>
/// A value inside a trace: a handle, not numbers. Operators record ops; numbers appear when the computation is compiled and run.
/// Operators on unequal shapes align trailing axes and broadcast missing or size-1 axes, as an explicit op.
/// </summary>
[SuppressMessage("Usage", "CA2225", Justification = "Named forms exist where they help: Tensor is written as mathematics.")]
public readonly partial struct Tensor : IEquatable<Tensor>
{
    internal Tensor(Node node) => Node = node;

    internal Node Node { get; }

    internal Graph Graph => Node.Graph;

    /// <summary>Shape of the value.</summary>
    public Shape Shape => Node.Shape;

    /// <summary>eˣ.</summary>
    public Tensor Exp() => Apply(MapOp.Exp);

    /// <summary>Natural logarithm.</summary>
    public Tensor Log() => Apply(MapOp.Log);

    /// <summary>Square root.</summary>
    public Tensor Sqrt() => Apply(MapOp.Sqrt);

    /// <summary>1/√x.</summary>
    public Tensor Rsqrt() => Apply(MapOp.Rsqrt);

    /// <summary>Hyperbolic tangent.</summary>
    public Tensor Tanh() => Apply(MapOp.Tanh);

    /// <summary>1/(1+e⁻ˣ).</summary>
    public Tensor Sigmoid() => Apply(MapOp.Sigmoid);

    /// <summary>The error function, 2/√π·∫₀ˣ e⁻ᵗ²dt.</summary>
    public Tensor Erf() => Apply(MapOp.Erf);

    /// <summary>max(x, 0), with derivative 0 at 0.</summary>
    public Tensor Relu() => Select(this > 0, this, Fill(0));

    /// <summary>x².</summary>
    public Tensor Square() => this * this;

    /// <summary>The larger of two, element-wise; at ties both share the derivative.</summary>
    public static Tensor Max(Tensor x, Tensor y) => Map(MapOp.Max, x, y);

    /// <summary>The smaller of two, element-wise; at ties both share the derivative.</summary>
    public static Tensor Min(Tensor x, Tensor y) => Map(MapOp.Min, x, y);

    /// <summary>Takes <paramref name="x"/> where the condition is not 0, else <paramref name="y"/>; the value not taken may be NaN.</summary>
    public static Tensor Select(Tensor condition, Tensor x, Tensor y) => Map(MapOp.Select, condition, x, y);

    /// <summary>1 where the two are equal, else 0; no derivative.</summary>
    public static Tensor EqualTo(Tensor x, Tensor y) => 1.0 - ((x < y) + (y < x));

    /// <summary>Sum over the given axes, which disappear; over all axes when none is given.</summary>
    /// <param name="axes">Axes; negative count from the end.</param>
    public Tensor Sum(params ReadOnlySpan<int> axes) => Reduce(axes, static list => new SumOp(list));

    /// <summary>Maximum over the given axes, which disappear; over all axes when none is given. Ties share the derivative.</summary>
    /// <param name="axes">Axes; negative count from the end.</param>
    public Tensor MaxOver(params ReadOnlySpan<int> axes) => Reduce(axes, static list => new MaxOverOp(list));

    /// <summary>Mean over the given axes, which disappear; over all axes when none is given.</summary>
    /// <param name="axes">Axes; negative count from the end.</param>
    public Tensor Mean(params ReadOnlySpan<int> axes)
    {
        Tensor sum = Sum(axes);
        return sum * ((double)sum.Shape.Count / Shape.Count);
    }

    /// <summary>The same elements, in the same row-major order, under other axes.</summary>
    /// <param name="shape">A shape with as many elements.</param>
    public Tensor Reshape(Shape shape) => Shape.Equals(shape) ? this : Add(new ReshapeOp(shape));

    /// <summary>The same elements under other axes.</summary>
    /// <param name="axes">Sizes whose product is the number of elements.</param>
    public Tensor Reshape(params ReadOnlySpan<Axis> axes) => Reshape(new Shape(axes));

    /// <summary>Reorders axes: axis i of the result is axis <paramref name="order"/>[i] of this.</summary>
    /// <param name="order">A permutation of 0 .. rank - 1.</param>
    public Tensor Transpose(params ReadOnlySpan<int> order) => Add(new TransposeOp(EquatableArray.Create(order)));

    /// <summary>Elements in the opposite order along the given axes.</summary>
    /// <param name="axes">Different axes, from 0 or, from the last, below 0.</param>
    public Tensor Flip(params ReadOnlySpan<int> axes)
    {
        int rank = Shape.Rank;
        return Add(new FlipOp([.. axes.ToArray().Select(axis => axis < 0 ? axis + rank : axis).Order()]));
    }

    /// <summary>Exchanges the last two axes.</summary>
    public Tensor SwapLast() => MoveAxis(Shape.Rank - 1, Shape.Rank - 2);

    /// <summary>Moves one axis to another place, keeping the order of the rest.</summary>
    /// <param name="from">The axis; negative counts from the end.</param>
    /// <param name="to">Its place in the result; negative counts from the end.</param>
    public Tensor MoveAxis(int from, int to)
    {
        int rank = Shape.Rank;
        from = from < 0 ? from + rank : from;
        to = to < 0 ? to + rank : to;
        if (from == to)
        {
            return this;
        }

        List<int> order = [.. Enumerable.Range(0, rank)];
        order.RemoveAt(from);
        order.Insert(to, from);
        return Transpose(order.ToArray());
    }

    /// <summary>Repeats the tensor along a new axis.</summary>
    /// <param name="position">Where the axis stands in the result.</param>
    /// <param name="axis">Its size and label.</param>
    public Tensor BroadcastAt(int position, Axis axis) => Add(new BroadcastOp([position], [axis.Size], [axis.Label ?? string.Empty]));

    /// <summary>Repeats the tensor so that it gets <paramref name="target"/>: missing leading axes and axes of size 1 are repeated.</summary>
    /// <param name="target">The wanted shape.</param>
    /// <exception cref="ShapeException">An axis is neither 1 nor the wanted size.</exception>
    public Tensor BroadcastTo(Shape target)
    {
        if (Shape.Equals(target))
        {
            return this;
        }

        int missing = target.Rank - Shape.Rank;
        if (missing < 0)
        {
            throw new ShapeException($"Broadcast: {Shape} has more axes than the target {target}.");
        }

        List<int> positions = [];
        List<Axis> kept = [];
        for (int axis = 0; axis < target.Rank; axis++)
        {
            int own = axis - missing;
            if (own < 0 || (Shape[own] == 1 && target[axis] != 1))
            {
                positions.Add(axis);
            }
            else if (Shape[own] == target[axis])
            {
                kept.Add(Shape.Axes[own]);
            }
            else
            {
                throw new ShapeException(
                    $"Broadcast: {Shape} does not fit {target}: axis {axis} is {Shape[own]} and should be 1 or {target[axis]}. Reshape it first.");
            }
        }

        return Reshape(new Shape([.. kept])).Add(new BroadcastOp(
            [.. positions], positions.Select(axis => target[axis]).ToEquatableArray(), positions.Select(axis => target.Label(axis) ?? string.Empty).ToEquatableArray()));
    }

    /// <summary>A block of the tensor.</summary>
    /// <param name="axis">The axis to cut; negative counts from the end.</param>
    /// <param name="start">First element kept.</param>
    /// <param name="count">How many are kept.</param>
    public Tensor Slice(int axis, int start, int count)
    {
        int[] starts = new int[Shape.Rank];
        int[] sizes = [.. Shape.Sizes];
        axis = axis < 0 ? axis + Shape.Rank : axis;
        starts[axis] = start;
        sizes[axis] = count;
        return Add(new SliceOp(EquatableArray.Create<int>(starts), EquatableArray.Create<int>(sizes)));
    }

    /// <summary>Puts elements of one value around the tensor along one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="before">Elements added in front.</param>
    /// <param name="after">Elements added behind.</param>
    /// <param name="value">Their value.</param>
    public Tensor Pad(int axis, int before, int after, double value = 0)
    {
        int[] front = new int[Shape.Rank];
        int[] back = new int[Shape.Rank];
        axis = axis < 0 ? axis + Shape.Rank : axis;
        front[axis] = before;
        back[axis] = after;
        return before == 0 && after == 0 ? this : Add(new PadOp(EquatableArray.Create<int>(front), EquatableArray.Create<int>(back), value));
    }

    /// <summary>Lays tensors one after another along an axis; the other axes agree.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="parts">At least one tensor.</param>
    public static Tensor Concatenate(int axis, params ReadOnlySpan<Tensor> parts)
    {
        axis = axis < 0 ? axis + parts[0].Shape.Rank : axis;
        int total = 0;
        foreach (Tensor part in parts)
        {
            total += part.Shape[axis];
        }

        int start = 0;
        Tensor? result = null;
        foreach (Tensor part in parts)
        {
            Tensor padded = part.Pad(axis, start, total - start - part.Shape[axis]);
            result = result is { } sum ? sum + padded : padded;
            start += part.Shape[axis];
        }

        return result!.Value;
    }

    /// <summary>
    /// Sliding windows along an axis: axis of length L becomes the window positions, and a new last axis holds each window's elements,
    /// <c>y[…, o, …, k] = x[…, o·step + k·dilation, …]</c>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="size">Elements of a window.</param>
    /// <param name="step">Distance between windows.</param>
    /// <param name="dilation">Distance between elements of a window.</param>
    public Tensor Unfold(int axis, int size, int step = 1, int dilation = 1) =>
        Add(new UnfoldOp(axis < 0 ? axis + Shape.Rank : axis, size, step, dilation));

    /// <summary>The adjoint of <see cref="Unfold"/>: lays windows (last axis) back and adds where they overlap.</summary>
    /// <param name="axis">The axis of window positions.</param>
    /// <param name="size">Elements of a window.</param>
    /// <param name="step">Distance between windows.</param>
    /// <param name="dilation">Distance between elements of a window.</param>
    /// <param name="length">Length of the axis in the result.</param>
    public Tensor Fold(int axis, int size, int step, int dilation, int length) =>
        Add(new FoldOp(axis < 0 ? axis + Shape.Rank : axis, size, step, dilation, length));

    /// <summary>Matrix product of the last two axes; leading axes are batch axes and agree, or are broadcast if missing or 1.</summary>
    /// <param name="right">[batch…, k, n], this being [batch…, m, k].</param>
    public Tensor MatMul(Tensor right)
    {
        if (Shape.Rank < 2 || right.Shape.Rank < 2 || Shape[-1] != right.Shape[-2])
        {
            return new(Graph.Add(new MatMulOp(), Node, right.Node));
        }

        Shape batch = BroadcastShape("MatMul", new Shape(Shape.Axes[..^2]), new Shape(right.Shape.Axes[..^2]));
        return new(Graph.Add(
            new MatMulOp(),
            BroadcastTo(new Shape([.. batch.Axes, .. Shape.Axes[^2..]])).Node,
            right.BroadcastTo(new Shape([.. batch.Axes, .. right.Shape.Axes[^2..]])).Node));
    }

    /// <summary>Rows of this table by number: table [batch…, v, d], index [batch…, n] gives [batch…, n, d].</summary>
    /// <param name="index">Whole numbers from 0 to v - 1 as floats; no derivative flows to them.</param>
    public Tensor Gather(Tensor index) => new(Graph.Add(new GatherOp(), Node, index.Node));

    /// <summary>Adds rows into a table of zeros: this is index [batch…, n], updates [batch…, n, d]; gives [batch…, rows, d].</summary>
    /// <param name="updates">The rows to add.</param>
    /// <param name="rows">Rows of the result.</param>
    public Tensor ScatterAdd(Tensor updates, int rows) => new(Graph.Add(new ScatterAddOp(rows), Node, updates.Node));

    /// <summary>Standard normal numbers drawn with this key (ten words: 256-bit key and 64-bit round number).</summary>
    /// <param name="stream">Separates several noises of one round.</param>
    /// <param name="shape">Shape of the result.</param>
    public Tensor Gaussian(uint stream, Shape shape) => Add(new GaussianOp(stream, shape));

    /// <summary>The same value, through which no derivative flows.</summary>
    public Tensor StopGradient() => Add(new StopGradientOp());

    /// <summary>A constant in the same trace with this tensor's shape.</summary>
    /// <param name="value">The value of every element.</param>
    public Tensor Fill(double value) => Constant(value).BroadcastTo(Shape);

    /// <summary>A scalar constant in the same trace.</summary>
    /// <param name="value">Its value.</param>
    public Tensor Constant(double value) => new(Graph.Add(new ConstantOp(value)));

    /// <summary>A constant array in the same trace.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Row-major values.</param>
    public Tensor Literal(Shape shape, params ReadOnlySpan<float> values) => new(Graph.Add(new LiteralOp(shape, EquatableArray.Create(values))));

    /// <summary>The numbers 0, 1, … n - 1 in the same trace.</summary>
    /// <param name="count">How many.</param>
    public Tensor Iota(int count) => Literal(new Shape(count), [.. Enumerable.Range(0, count).Select(i => (float)i)]);

    /// <inheritdoc/>
    public bool Equals(Tensor other) => ReferenceEquals(Node, other.Node);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Node?.Id ?? 0;

    /// <inheritdoc/>
    public override string ToString() => Node?.ToString() ?? "no tensor";

    internal Tensor Add(Op op) => new(Graph.Add(op, Node));

    private Tensor Apply(MapOp op) => Add(op);

    private static Tensor Map(MapOp op, params ReadOnlySpan<Tensor> inputs)
    {
        Shape shape = inputs[0].Shape;
        for (int i = 1; i < inputs.Length; i++)
        {
            shape = BroadcastShape(op.Name, shape, inputs[i].Shape);
        }

        Node[] nodes = new Node[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            nodes[i] = inputs[i].BroadcastTo(shape).Node;
        }

        return new(inputs[0].Graph.Add(op, nodes));
    }

    private static Shape BroadcastShape(string op, Shape x, Shape y)
    {
        if (x.Equals(y))
        {
            return x;
        }

        int rank = Math.Max(x.Rank, y.Rank);
        Axis[] axes = new Axis[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            Axis left = axis - rank + x.Rank is >= 0 and int a ? x.Axes[a] : 1;
            Axis right = axis - rank + y.Rank is >= 0 and int b ? y.Axes[b] : 1;
            if (left.Size != right.Size && left.Size != 1 && right.Size != 1)
            {
                throw new ShapeException(
                    $"{op}: shapes {x} and {y} do not fit: axes aligned from the end must be equal or 1. Reshape one of them.{SourceLocation.Capture()}");
            }

            axes[axis] = left.Size == 1 ? right : left;
        }

        return new Shape(axes);
    }

    private Tensor Reduce(ReadOnlySpan<int> axes, Func<EquatableArray<int>, Op> make)
    {
        int rank = Shape.Rank;
        if (axes.Length == 0 && rank == 0)
        {
            return this;
        }

        int[] list = axes.Length == 0 ? [.. Enumerable.Range(0, rank)] : axes.ToArray();
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = list[i] < 0 ? list[i] + rank : list[i];
        }

        Array.Sort(list);
        return Add(make(EquatableArray.Create<int>(list)));
    }
}
