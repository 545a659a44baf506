using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Nn;

/// <summary>Square windows over [channel, height, width].</summary>
internal static class Windows
{
    /// <summary>Number of windows along an axis, at most 0 where none fits.</summary>
    public static int Count(int length, int size, int stride, int padding) =>
        length + (2 * padding) < size ? 0 : ((length + (2 * padding) - size) / stride) + 1;

    /// <summary>Puts rows and columns of one value around every channel, as one op.</summary>
    public static Tensor Pad(Tensor image, int padding, double value) =>
        padding == 0 ? image : image.Add(new PadOp([0, padding, padding], [0, padding, padding], value));

    /// <summary>[channel, row, column, window row, window column].</summary>
    public static Tensor Of(Tensor image, int size, int stride) => image.Unfold(1, size, stride).Unfold(2, size, stride);

    /// <summary>
    /// [channel, row, window row, column, window column] for windows that touch but do not overlap: a view, where unfolding would copy. Rows and
    /// columns left over at the end are dropped.
    /// </summary>
    public static Tensor Tiles(Tensor image, int size, int rows, int columns)
    {
        bool whole = image.Shape[1] == rows * size && image.Shape[2] == columns * size;
        Tensor cut = whole ? image : image.Add(new SliceOp([0, 0, 0], [image.Shape[0], rows * size, columns * size]));
        return cut.Reshape(image.Shape.Axes[0], rows, size, columns, size);
    }
}
