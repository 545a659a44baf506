using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>Square windows over [channel, height, width].</summary>
internal static class Windows
{
    /// <summary>Number of windows along an axis, at most 0 where none fits.</summary>
    public static int Count(int length, int size, int stride, int padding) =>
        length + (2 * padding) < size ? 0 : ((length + (2 * padding) - size) / stride) + 1;

    /// <summary>[channel, row, column, window row, window column].</summary>
    public static Tensor Of(Tensor image, int size, int stride) => image.Unfold(1, size, stride).Unfold(2, size, stride);

    /// <summary>
    /// [channel, row, window row, column, window column] for windows that touch but do not overlap: a view, where unfolding would copy. Rows and
    /// columns left over at the end are dropped.
    /// </summary>
    public static Tensor Tiles(Tensor image, int size, int rows, int columns)
    {
        Tensor cut = image.Shape[1] == rows * size ? image : image.Slice(1, 0, rows * size);
        cut = cut.Shape[2] == columns * size ? cut : cut.Slice(2, 0, columns * size);
        return cut.Reshape(image.Shape.Axes[0], rows, size, columns, size);
    }
}
