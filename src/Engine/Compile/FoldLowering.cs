using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Windows laid back: by the fold kernel when they lie row-major; else by one loop per element of the window, which adds a strided
/// reading to a strided part of the result. That saves copying all windows, as behind the matrix product of a convolution's derivative.
/// </summary>
internal static class FoldLowering
{
    private static readonly ScalarProgram Add = new([ScalarStep.Input(0), ScalarStep.Input(1), ScalarStep.Apply(ScalarOp.Add, 0, 1)], [2]);

    public static void Lower(Lowering lowering, Node node, FoldOp op)
    {
        Shape windows = node.Inputs[0].Shape;
        View input = lowering.Operand(node.Inputs[0]);
        if ((input.IsRowMajor(windows) && op.Size > 1) || node.Shape.Count == 0)
        {
            View result = lowering.Result(node);
            if (node.Shape.Count == 0)
            {
                return;
            }

            int outer = Product(node.Shape.Sizes.Take(op.Axis));
            int inner = Product(node.Shape.Sizes.Skip(op.Axis + 1));
            FoldSpec spec = new(outer, windows[op.Axis], inner, op.Size, op.Step, op.Dilation, op.Length);
            lowering.Call(spec, op.Name, input.Place, result.Place);
            return;
        }

        AddUp(lowering, node, op, input);
    }

    /// <summary>The result's axes lie in memory in the order of the input's, so that both are walked along their shortest stride.</summary>
    private static void AddUp(Lowering lowering, Node node, FoldOp op, View input)
    {
        Shape windows = node.Inputs[0].Shape;
        int[] order = [.. Enumerable.Range(0, node.Shape.Rank).OrderByDescending(axis => input.Strides[axis])];
        int[] own = new int[order.Length];
        int size = 1;
        foreach (int axis in order.Reverse())
        {
            own[axis] = size;
            size *= node.Shape[axis];
        }

        View result = new(lowering.Result(node).Place, EquatableArray.Create<int>(own));
        lowering.SetView(node, result);
        lowering.Fill(new Shape(size), result with { Strides = [1] }, 0);
        (int[] extents, int[][] strides) = StrideLists.Coalesce(
            [.. order.Select(axis => windows[axis])],
            [[.. order.Select(axis => own[axis] * (axis == op.Axis ? op.Step : 1))], [.. order.Select(axis => input.Strides[axis])]]);
        EquatableArray<int> written = EquatableArray.Create<int>(strides[0]);
        LoopSpec add = new([.. extents], [written, [.. strides[1]]], [written], Add);
        for (int element = 0; element < op.Size; element++)
        {
            Place place = result.Place.Plus((long)element * op.Dilation * result.Strides[op.Axis]);
            lowering.Call(add, "fold add", place, input.Place.Plus((long)element * input.Strides[windows.Rank - 1]), place);
        }
    }

    private static int Product(IEnumerable<int> sizes) => sizes.Aggregate(1, (x, y) => x * y);
}
