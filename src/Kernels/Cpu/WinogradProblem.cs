using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// A product of matrices that is a convolution with 3×3 kernels and step 1: rows of A are the windows of images [image, row, column, channel] with
/// contiguous channels, B holds every weight once. Nothing is padded here: windows lie inside the images.
/// </summary>
/// <param name="Images">Number of images.</param>
/// <param name="Height">Rows of positions of an image; the image has two more.</param>
/// <param name="Width">Positions of a row; the image has two more columns.</param>
/// <param name="Channels">Floats of a pixel.</param>
/// <param name="Filters">Columns of the result.</param>
/// <param name="ImageStride">From one image to the next.</param>
/// <param name="LineStride">From one row of an image to the next; pixels are <paramref name="Channels"/> apart.</param>
/// <param name="KernelRow">Weights: from one row of the kernel to the next; negative where kernels are turned.</param>
/// <param name="KernelColumn">Weights: from one column of the kernel to the next.</param>
/// <param name="KernelChannel">Weights: from one channel to the next.</param>
/// <param name="KernelFilter">Weights: from one filter to the next; this or <paramref name="KernelChannel"/> is 1.</param>
/// <param name="ResultStride">From one position to the next in the result; filters are contiguous.</param>
/// <param name="Accumulate">Whether the result is added to.</param>
internal sealed record WinogradProblem(
    int Images, int Height, int Width, int Channels, int Filters, long ImageStride, long LineStride,
    long KernelRow, long KernelColumn, long KernelChannel, long KernelFilter, long ResultStride, bool Accumulate)
{
    /// <summary>Width and height of a kernel.</summary>
    public const int Size = 3;

    /// <summary>Fewest channels and filters: below, sums of so few terms cost less than the transforms. It also bounds the rounding (see the tests).</summary>
    public const int FewestChannels = 16;

    /// <summary>Fewest tiles: the weights are transformed anew at every run, which as many tiles must earn back. Measured.</summary>
    public const int FewestTiles = 16;

    /// <summary>Tiles of 2×2 positions along an image's rows.</summary>
    public int TilesAcross => (Width + 1) / 2;

    /// <summary>Tiles along an image's columns.</summary>
    public int TilesDown => (Height + 1) / 2;

    /// <summary>Tiles of all images.</summary>
    public long Tiles => (long)Images * TilesDown * TilesAcross;

    /// <summary>The convolution that a product is, or null where it is none, or one too small to gain.</summary>
    /// <param name="problem">The product.</param>
    public static WinogradProblem? Of(MatMulProblem problem)
    {
        if (problem.Batch.Count != 1 || problem.K % (Size * Size) != 0 || problem.C.Column != 1 || !problem.B.Column.IsSimple)
        {
            return null;
        }

        int channels = problem.K / (Size * Size);
        MatrixAxisPart[] terms = [.. problem.A.Column.Extents(problem.K)];
        MatrixAxisPart[] rows = [.. problem.A.Row.Extents(problem.M)];
        if (terms.Length != 2 || rows.Length is < 2 or > 3 || channels < FewestChannels || problem.N < FewestChannels)
        {
            return null;
        }

        (MatrixAxisPart down, MatrixAxisPart across) = (rows[^2], rows[^1]);
        MatrixAxisPart image = rows.Length == 3 ? rows[0] : new MatrixAxisPart(1, 0);
        bool areWindows = terms[0] == new MatrixAxisPart(Size, down.Stride) && terms[1] == new MatrixAxisPart(Size * channels, 1)
            && across.Stride == channels && down.Stride >= (across.Extent + 2L) * channels;
        if (!areWindows || StridesOfWeights(problem, channels) is not var (row, column, channel, filter))
        {
            return null;
        }

        WinogradProblem found = new(
            image.Extent, down.Extent, across.Extent, channels, problem.N, image.Stride, down.Stride, row, column, channel, filter, problem.C.Row, problem.Accumulate);
        return found.Tiles >= FewestTiles ? found : null;
    }

    /// <summary>
    /// B's strides by row and column of the kernel, channel and filter, or null where it does not walk so or does not fill a block, each element once.
    /// The latter keeps out products of windows with windows, whose rounding others rely on.
    /// </summary>
    private static (long Row, long Column, long Channel, long Filter)? StridesOfWeights(MatMulProblem problem, int channels)
    {
        MatrixAxis axis = problem.B.Row;
        (long row, long column, long channel, long filter) = (axis.Offset(Size * channels), axis.Offset(channels), axis.Offset(1), problem.B.Column.Stride);
        for (int k = 0; k < problem.K; k++)
        {
            (int place, int c) = Math.DivRem(k, channels);
            if (axis.Offset(k) != (place / Size * row) + (place % Size * column) + (c * channel))
            {
                return null;
            }
        }

        long dense = 1;
        (long Stride, int Extent)[] loops = [(row, Size), (column, Size), (channel, channels), (filter, problem.N)];
        foreach ((long stride, int extent) in loops.OrderBy(loop => Math.Abs(loop.Stride)))
        {
            if (Math.Abs(stride) != dense)
            {
                return null;
            }

            dense *= extent;
        }

        return channel == 1 || filter == 1 ? (row, column, channel, filter) : null;
    }
}
