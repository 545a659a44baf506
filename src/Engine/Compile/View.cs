using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>A value in memory: where its first element lies and the stride of each of its axes.</summary>
internal sealed record View(Place Place, EquatableArray<int> Strides)
{
    /// <summary>A row-major view.</summary>
    public static View RowMajor(Place place, Shape shape) => new(place, EquatableArray.Create<int>(shape.Strides()));

    /// <summary>A view whose axes lie in the given order, outermost first, without gaps.</summary>
    public static View InOrder(Place place, Shape shape, IReadOnlyList<int> order)
    {
        int[] strides = new int[shape.Rank];
        int stride = 1;
        foreach (int axis in order.Reverse())
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return new(place, EquatableArray.Create<int>(strides));
    }

    /// <summary>Whether the elements lie one after another in row-major order of <paramref name="shape"/>.</summary>
    public bool IsRowMajor(Shape shape) => IsRowMajor(shape, 0, shape.Rank, 1);

    /// <summary>Whether axes <paramref name="from"/> .. <paramref name="to"/> - 1 are row-major, the last having stride <paramref name="stride"/>.</summary>
    public bool IsRowMajor(Shape shape, int from, int to, int stride)
    {
        for (int axis = to - 1; axis >= from; axis--)
        {
            if (shape[axis] != 1 && Strides[axis] != stride)
            {
                return false;
            }

            stride *= shape[axis];
        }

        return true;
    }
}
