using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Scalar;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Convolutions with 3×3 kernels by F(2×2, 3×3), Lavin and Gray 2016 (arXiv 1509.09308), algorithm 1: 16 products for 2×2 outputs instead of 36.
/// A part transforms the weights, then takes tiles block by block: pixels to 16 matrices, 16 products by the tile kernels, outputs back. A block's
/// matrices stay in the level-2 cache. Each output comes from its tile alone, its sums in ascending order of channels, so results do not depend on the split.
/// </summary>
/// <remarks>
/// Safe because pixels read are elements of the product's left factor: where a tile reaches over the last row or column of an odd extent, the last one is
/// read twice, and only outputs that are not stored see it. Vectors run less than one vector over the end of pixels or weights, inside the arena's slack.
/// The transforms are compiled at once, for the reasons in docs/decisions/noise-kernels-are-compiled-at-once.md: without optimisation they cost more than the
/// products save.
/// </remarks>
/// <typeparam name="TLane">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal sealed unsafe class CpuWinograd<TLane, TVector> : CpuKernel
    where TLane : struct, ILane<TVector>
    where TVector : unmanaged
{
    private const int Planes = WinogradTransform<TLane, TVector>.Planes;

    // Between planes, so that their elements do not share the sets of a cache.
    private const int Gap = 16;

    private readonly WinogradProblem _problem;
    private readonly WinogradPlan _plan;
    private readonly nint _wholeKernel;
    private readonly nint _lastKernel;

    // Floats from one row of a matrix to the next, and from one plane to the next.
    private readonly int _channels;
    private readonly int _filters;
    private readonly long _weightPlane;
    private readonly long _pixelPlane;
    private readonly long _outputPlane;

    public CpuWinograd(WinogradProblem problem, int vectorBits)
    {
        _problem = problem;
        _plan = WinogradPlan.Choose(problem, vectorBits);
        _channels = RoundUp(problem.Channels, Width);
        _filters = RoundUp(problem.Filters, _plan.Columns);
        _weightPlane = ((long)_filters * problem.Channels) + Gap;
        _pixelPlane = ((long)_plan.Tiles * _channels) + Gap;
        _outputPlane = ((long)_plan.Tiles * _filters) + Gap;
        int last = ((problem.Filters - 1) % _plan.Columns / Width) + 1;
        _wholeKernel = MatMulTileEmitter.Kernel(new TileShape(false, vectorBits, _plan.Rows, _plan.Vectors, Width, false));
        _lastKernel = MatMulTileEmitter.Kernel(new TileShape(false, vectorBits, _plan.Rows, last, Width, false));
    }

    private static int Width => sizeof(TVector) / sizeof(float);

    // Turned weights are transformed a vector's width of filters at a time before they are packed: panels are whole vectors.
    private long TurnedPlane => ((long)Width * _channels) + Gap;

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        long tile = BatchAxes.PartStart(_problem.Tiles, part, parts);
        long end = BatchAxes.PartStart(_problem.Tiles, part + 1, parts);
        if (tile >= end)
        {
            return;
        }

        long pixelPlane = Math.Max(_pixelPlane, TurnedPlane); // room for either
        float* weights = WinogradScratch.Of(Planes * (_weightPlane + pixelPlane + _outputPlane));
        float* pixels = weights + (Planes * _weightPlane);
        float* outputs = pixels + (Planes * pixelPlane);
        if (_problem.KernelFilter == 1)
        {
            TransformWeights(arena + slots[1], weights);
        }
        else
        {
            TransformTurnedWeights(arena + slots[1], weights, pixels);
        }

        for (; tile < end; tile += _plan.Tiles)
        {
            int count = (int)Math.Min(_plan.Tiles, end - tile);
            for (int i = 0; i < count; i++)
            {
                TransformPixels(arena + slots[0], tile + i, pixels + ((long)i * _channels));
            }

            for (int plane = 0; plane < Planes; plane++)
            {
                Multiply(pixels + (plane * _pixelPlane), weights + (plane * _weightPlane), outputs + (plane * _outputPlane), count);
            }

            for (int i = 0; i < count; i++)
            {
                TransformOutputs(outputs + ((long)i * _filters), tile + i, arena + slots[2]);
            }
        }
    }

    private static int RoundUp(int count, int multiple) => (count + multiple - 1) / multiple * multiple;

    /// <summary>Weights with contiguous filters, into panels [panel of columns, channel, column].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformWeights(float* source, float* target)
    {
        for (int filter = 0; filter < _problem.Filters; filter += Width)
        {
            (int panel, int column) = Math.DivRem(filter, _plan.Columns);
            float* to = target + ((long)panel * _plan.Columns * _problem.Channels) + column;
            for (int channel = 0; channel < _problem.Channels; channel++)
            {
                float* from = source + (channel * _problem.KernelChannel) + filter;
                WinogradTransform<TLane, TVector>.Weights(
                    from, _problem.KernelRow, _problem.KernelColumn, to + ((long)channel * _plan.Columns), _weightPlane);
            }
        }
    }

    /// <summary>Weights with contiguous channels: a group of filters at a time is transformed to [plane, filter, channel] and packed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformTurnedWeights(float* source, float* target, float* room)
    {
        long plane = TurnedPlane;
        for (int first = 0; first < _problem.Filters; first += Width)
        {
            int count = Math.Min(Width, _problem.Filters - first);
            for (int i = 0; i < count; i++)
            {
                float* from = source + ((first + i) * _problem.KernelFilter);
                float* to = room + ((long)i * _channels);
                for (int channel = 0; channel < _problem.Channels; channel += Width)
                {
                    WinogradTransform<TLane, TVector>.Weights(from + channel, _problem.KernelRow, _problem.KernelColumn, to + channel, plane);
                }
            }

            (int panel, int column) = Math.DivRem(first, _plan.Columns);
            float* panels = target + ((long)panel * _plan.Columns * _problem.Channels) + column;
            for (int p = 0; p < Planes; p++)
            {
                MatMulPacking.Pack(room + (p * plane), _channels, 1, count, _problem.Channels, panels + (p * _weightPlane), _plan.Columns);
            }
        }
    }

    private void TransformPixels(float* images, long tile, float* target)
    {
        (long image, int y, int x) = Place(tile);
        float* first = images + (image * _problem.ImageStride) + (y * _problem.LineStride) + ((long)x * _problem.Channels);
        int lastRow = _problem.Height + 1 - y;
        int lastColumn = _problem.Width + 1 - x;
        float** rows = stackalloc float*[4];
        long* columns = stackalloc long[4];
        for (int i = 0; i < 4; i++)
        {
            rows[i] = first + (Math.Min(i, lastRow) * _problem.LineStride);
            columns[i] = Math.Min(i, lastColumn) * (long)_problem.Channels;
        }

        WinogradTransform<TLane, TVector>.Pixels(rows, columns, _problem.Channels, target, _pixelPlane);
    }

    /// <summary>One plane's product; rows behind the last tile are computed from what the scratch holds, and not used.</summary>
    private void Multiply(float* pixels, float* weights, float* outputs, int tiles)
    {
        TileArguments call = default;
        (call.ARow, call.ADepth) = (_channels * sizeof(float), sizeof(float));
        (call.BStride, call.CRow, call.Depth) = (_plan.Columns * sizeof(float), _filters * sizeof(float), _problem.Channels);
        for (int column = 0; column < _filters; column += _plan.Columns)
        {
            nint kernel = column + _plan.Columns < _filters ? _wholeKernel : _lastKernel;
            float* panel = weights + ((long)column * _problem.Channels);
            for (int row = 0; row < tiles; row += _plan.Rows)
            {
                call.A = (nint)(pixels + ((long)row * _channels));
                call.B = (nint)panel;
                call.C = (nint)(outputs + ((long)row * _filters) + column);
                ((delegate*<TileArguments*, void>)kernel)(&call);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformOutputs(float* source, long tile, float* results)
    {
        (long image, int y, int x) = Place(tile);
        float* first = results + (((((image * _problem.Height) + y) * _problem.Width) + x) * _problem.ResultStride);
        long below = _problem.Width * _problem.ResultStride;
        bool hasRight = x + 1 < _problem.Width;
        bool hasBelow = y + 1 < _problem.Height;
        for (int filter = 0; filter < _problem.Filters; filter += Width)
        {
            WinogradTransform<TLane, TVector>.Outputs(
                source + filter, _outputPlane, out TVector upperLeft, out TVector upperRight, out TVector lowerLeft, out TVector lowerRight);
            int count = _problem.Filters - filter;
            float* to = first + filter;
            Store(upperLeft, to, count);
            if (hasRight)
            {
                Store(upperRight, to + _problem.ResultStride, count);
            }

            if (hasBelow)
            {
                Store(lowerLeft, to + below, count);
            }

            if (hasRight && hasBelow)
            {
                Store(lowerRight, to + below + _problem.ResultStride, count);
            }
        }
    }

    /// <summary>Writes or adds <paramref name="count"/> filters, at most a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(TVector value, float* target, int count)
    {
        if (_problem.Accumulate)
        {
            value = TLane.Add(WinogradTransform<TLane, TVector>.Load(target), value);
        }

        if (count >= Width)
        {
            Unsafe.WriteUnaligned(target, value);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(target, &value, (uint)count * sizeof(float));
        }
    }

    /// <summary>Image and first position of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (long Image, int Y, int X) Place(long tile)
    {
        (long line, long x) = Math.DivRem(tile, _problem.TilesAcross);
        (long image, long y) = Math.DivRem(line, _problem.TilesDown);
        return (image, 2 * (int)y, 2 * (int)x);
    }
}
