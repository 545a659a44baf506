using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>Labelled examples in memory, as numbers or as bytes.</summary>
public sealed class ExampleSet : IExampleSource
{
    private readonly float[] _inputs;
    private readonly byte[] _pixels;
    private readonly float[] _ofPixel;
    private readonly float[] _targets;

    private ExampleSet(Shape inputShape, Shape targetShape, float[] inputs, byte[] pixels, float[] ofPixel, float[] targets, int count)
    {
        (InputShape, TargetShape, Count) = (inputShape, targetShape, count);
        (_inputs, _pixels, _ofPixel, _targets) = (inputs, pixels, ofPixel, targets);
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public Shape TargetShape { get; }

    /// <summary>Number of examples.</summary>
    public int Count { get; }

    /// <summary>Examples from numbers, one after another. The arrays are not copied.</summary>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="inputs">[example, input…], row-major.</param>
    /// <param name="labels">[example]: class numbers, or numbers to predict.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, or there is no example.</exception>
    public static ExampleSet FromArrays(Shape inputShape, float[] inputs, float[] labels) => FromArrays(inputShape, inputs, Shape.Scalar, labels);

    /// <summary>Examples from numbers, one after another. The arrays are not copied.</summary>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="inputs">[example, input…], row-major.</param>
    /// <param name="targetShape">Shape of one target.</param>
    /// <param name="targets">[example, target…], row-major.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, or there is no example.</exception>
    public static ExampleSet FromArrays(Shape inputShape, float[] inputs, Shape targetShape, float[] targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        int count = CountOf(inputShape, inputs.Length, targetShape, targets.Length);
        return new(inputShape, targetShape, inputs, [], [], targets, count);
    }

    /// <summary>Examples from bytes, kept as bytes: an input is <c>(byte / 255 - mean) / deviation</c>. Neither array is copied but for the labels.</summary>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="pixels">[example, input…], row-major.</param>
    /// <param name="labels">[example]: class numbers.</param>
    /// <param name="mean">What is subtracted: a public constant, never computed from the data to protect.</param>
    /// <param name="deviation">What is divided by, above 0; as public as the mean.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, there is no example, or a constant is out of range.</exception>
    public static ExampleSet FromBytes(Shape inputShape, byte[] pixels, byte[] labels, float mean = 0, float deviation = 1)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (!float.IsFinite(mean) || !(deviation > 0 && float.IsFinite(deviation)))
        {
            throw new ArgumentException($"ExampleSet.FromBytes: mean must be finite and deviation finite and above 0; got {mean} and {deviation}.");
        }

        int count = CountOf(inputShape, pixels.Length, Shape.Scalar, labels.Length);
        float[] ofPixel = [.. Enumerable.Range(0, 256).Select(pixel => ((pixel / 255f) - mean) / deviation)];
        return new(inputShape, Shape.Scalar, [], pixels, ofPixel, [.. labels.Select(label => (float)label)], count);
    }

    /// <summary>Writes one example. Does not allocate.</summary>
    /// <inheritdoc/>
    public void Fill(int example, Span<float> input, Span<float> target)
    {
        _targets.AsSpan(example * target.Length, target.Length).CopyTo(target);
        if (_pixels.Length == 0)
        {
            _inputs.AsSpan(example * input.Length, input.Length).CopyTo(input);
            return;
        }

        ReadOnlySpan<byte> pixels = _pixels.AsSpan(example * input.Length, input.Length);
        for (int i = 0; i < pixels.Length; i++)
        {
            input[i] = _ofPixel[pixels[i]];
        }
    }

    private static int CountOf(Shape inputShape, int inputs, Shape targetShape, int targets)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(targetShape);
        int count = targets / Math.Max(1, targetShape.Count);
        return count > 0 && (long)count * targetShape.Count == targets && (long)count * inputShape.Count == inputs
            ? count
            : throw new ArgumentException(
                $"ExampleSet: inputs of {inputShape} and targets of {targetShape} must be as many as each other and at least one; got {inputs} and {targets} numbers. "
                + "Lay whole examples one after another.");
    }
}
