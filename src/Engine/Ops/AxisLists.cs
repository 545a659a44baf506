using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>What ops with lists of axes share.</summary>
internal static class AxisLists
{
    /// <summary>The shape without <paramref name="axes"/>.</summary>
    public static Shape Without(string op, Shape shape, EquatableArray<int> axes)
    {
        for (int i = 0; i < axes.Count; i++)
        {
            if (axes[i] < 0 || axes[i] >= shape.Rank || (i > 0 && axes[i] <= axes[i - 1]))
            {
                throw new ShapeException($"{op}: axes {axes} must be ascending axes of {shape}.");
            }
        }

        return new Shape([.. Enumerable.Range(0, shape.Rank).Where(axis => !axes.Contains(axis)).Select(axis => shape.Axes[axis])]);
    }

    /// <summary>The axes one place further back, as a batch axis in front makes them.</summary>
    public static EquatableArray<int> Shift(EquatableArray<int> axes) => axes.Select(axis => axis + 1).ToEquatableArray();

    /// <summary>Where <paramref name="axis"/> stands once <paramref name="removed"/>, of which it is none, have gone.</summary>
    public static int Behind(EquatableArray<int> removed, int axis) => axis - removed.Count(gone => gone < axis);

    /// <summary>Repeats a reduced tensor along the axes that were reduced away.</summary>
    public static Tensor Restore(Tensor reduced, Shape shape, EquatableArray<int> axes) => axes.Count == 0
        ? reduced
        : reduced.Add(new BroadcastOp(
            axes, axes.Select(axis => shape[axis]).ToEquatableArray(), axes.Select(axis => shape.Label(axis) ?? string.Empty).ToEquatableArray()));

    /// <summary>Calls back with every element's index and the index of the reduced element it belongs to.</summary>
    public static void ForEachReduced(Shape shape, EquatableArray<int> axes, Action<int, int> visit)
    {
        int[] target = new int[shape.Rank];
        int stride = 1;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (!axes.Contains(axis))
            {
                target[axis] = stride;
                stride *= shape[axis];
            }
        }

        ForEach(shape, target, visit);
    }

    /// <summary>Calls back with every row-major index of <paramref name="shape"/> and its index under other strides.</summary>
    public static void ForEach(Shape shape, ReadOnlySpan<int> strides, Action<int, int> visit)
    {
        int[] index = new int[shape.Rank];
        int other = 0;
        for (int flat = 0; flat < shape.Count; flat++)
        {
            visit(flat, other);
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                other += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                other -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
    }
}
