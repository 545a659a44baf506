namespace FastDPMeta.Engine.Tasks;

/// <summary>Grey images in memory, equally many for each class. One byte a pixel, 0 (paper) to 255 (full ink).</summary>
public sealed class ImageSet
{
    private const int QuarterTurns = 4;
    private readonly byte[] _pixels;

    /// <summary>Takes over an array of images.</summary>
    /// <param name="pixels">Shape <c>[class, image, row, column]</c>, row-major. Not copied: leave it unchanged afterwards.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="imagesPerClass">Images of each class, at least 1.</param>
    /// <param name="side">Rows and columns of an image, at least 1.</param>
    /// <exception cref="ArgumentException">A size is below 1 or the array has another length.</exception>
    public ImageSet(byte[] pixels, int classes, int imagesPerClass, int side)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (classes < 1 || imagesPerClass < 1 || side < 1 || pixels.LongLength != (long)classes * imagesPerClass * side * side)
        {
            throw new ArgumentException(
                $"ImageSet(classes {classes}, images per class {imagesPerClass}, side {side}): sizes must be at least 1 and their product, "
                + $"side counted twice, the number of pixels; got {pixels.LongLength} pixels.");
        }

        _pixels = pixels;
        Classes = classes;
        ImagesPerClass = imagesPerClass;
        Side = side;
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Images of each class.</summary>
    public int ImagesPerClass { get; }

    /// <summary>Rows, and columns, of an image.</summary>
    public int Side { get; }

    /// <summary>All pixels, shape <c>[class, image, row, column]</c>.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>
    /// The images and, as classes of their own, the same turned anticlockwise by 90, 180 and 270 degrees (Snell, Swersky and Zemel 2017, section 3.1): class c + k·<see cref="Classes"/> is class c
    /// turned k times. Four times the memory.
    /// </summary>
    public ImageSet WithRotations()
    {
        byte[] pixels = new byte[QuarterTurns * _pixels.Length];
        _pixels.CopyTo(pixels, 0);
        int size = Side * Side;
        for (int start = _pixels.Length; start < pixels.Length; start += size)
        {
            ReadOnlySpan<byte> before = pixels.AsSpan(start - _pixels.Length, size);
            for (int row = 0; row < Side; row++)
            {
                for (int column = 0; column < Side; column++)
                {
                    pixels[start + (row * Side) + column] = before[(column * Side) + Side - 1 - row];
                }
            }
        }

        return new ImageSet(pixels, QuarterTurns * Classes, ImagesPerClass, Side);
    }

    /// <summary>Numbers of classes and of all their rotations in <see cref="WithRotations"/>: never split a class from its rotations.</summary>
    /// <param name="classes">Numbers in this set.</param>
    public int[] RotationsOf(params ReadOnlySpan<int> classes)
    {
        int[] all = new int[QuarterTurns * classes.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = classes[i % classes.Length] + (i / classes.Length * Classes);
        }

        return all;
    }

    /// <summary>One image, shape <c>[row, column]</c>.</summary>
    /// <param name="classId">0 .. <see cref="Classes"/> - 1.</param>
    /// <param name="image">0 .. <see cref="ImagesPerClass"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ReadOnlySpan<byte> Image(int classId, int image)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classId);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(classId, Classes);
        ArgumentOutOfRangeException.ThrowIfNegative(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(image, ImagesPerClass);
        int size = Side * Side;
        return _pixels.AsSpan(((classId * ImagesPerClass) + image) * size, size);
    }
}
