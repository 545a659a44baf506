using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>What normalising layers share.</summary>
internal static class Normalization
{
    /// <summary>Scale 1 and shift 0 for each channel or feature.</summary>
    public static ParameterSpec[] Parameters(Shape shape) =>
        [new("scale", shape, Initializer.Ones), new("shift", shape, Initializer.Zeros)];

    /// <summary>(x - mean)/√(variance + ε) along the last axis; the variance is that of the population, divided by n.</summary>
    public static Tensor Rows(Tensor x, double epsilon)
    {
        (Tensor mean, Tensor inverse) = Moments(x, epsilon);
        return (x - Along(mean, x)) * Along(inverse, x);
    }

    /// <summary>
    /// [channel, …] normalised in groups of channels: x·a + b with one a and b per channel, a single pass over the elements, where normalising
    /// first and scaling then would take two.
    /// </summary>
    /// <param name="x">[channel, …].</param>
    /// <param name="groups">Divides the channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="parameters">Scale and shift [channel], or none.</param>
    public static Tensor Groups(Tensor x, int groups, double epsilon, ReadOnlySpan<Tensor> parameters)
    {
        int channels = x.Shape[0];
        int members = channels / groups;
        int positions = x.Shape.Count / channels;
        Tensor image = WindowGrid.ChannelsLast(x);
        Tensor rows = image.Reshape(positions, channels);

        // From a sum of each channel the mean over its group's channels and positions, given to each channel. As a product with zeros and ones: adding up and spreading out would split the
        // channels of every loop that reads the mean into groups of a few, and loops over few channels leave most of a vector empty.
        Tensor OverGroups(Tensor sums) => (members == 1 ? sums : sums.Reshape(1, channels).MatMul(Together(sums, groups, members)).Reshape(channels)) * (1.0 / ((double)members * positions));
        Tensor mean = OverGroups(rows.Sum(0));
        Tensor inverse = (OverGroups((rows - mean).Square().Sum(0)) + epsilon).Rsqrt();
        Tensor slope = parameters.IsEmpty ? inverse : inverse * parameters[0];
        Tensor offset = parameters.IsEmpty ? -(mean * slope) : parameters[1] - (mean * slope);
        return WindowGrid.ChannelsFirst(((rows * slope) + offset).Reshape(image.Shape));
    }

    /// <summary>[channel, channel]: 1 where two channels are of one group.</summary>
    private static Tensor Together(Tensor x, int groups, int members)
    {
        int channels = groups * members;
        float[] same = new float[channels * channels];
        for (int i = 0; i < same.Length; i++)
        {
            same[i] = i / channels / members == i % channels / members ? 1 : 0;
        }

        return x.Literal(new Shape(channels, channels), same);
    }

    /// <summary>x/√(mean of x² + ε) along the last axis.</summary>
    public static Tensor RootMeanSquare(Tensor x, double epsilon) => x * Along((x.Square().Mean(-1) + epsilon).Rsqrt(), x);

    /// <summary>The trailing axes that <paramref name="features"/> names, as one: […, feature].</summary>
    public static Tensor Flat(Tensor x, Shape features) =>
        features.Rank == 1 ? x : x.Reshape([.. x.Shape.Axes[..^features.Rank], new Axis(features.Count, "feature")]);

    /// <summary>Whether a shape ends with these axes.</summary>
    public static bool EndsWith(Shape shape, Shape features) =>
        shape.Rank >= features.Rank && new Shape(shape.Axes[(shape.Rank - features.Rank)..]).Equals(features);

    /// <summary>A number per feature as axes with the label that messages use.</summary>
    public static Shape Features(int features)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(features);
        return new Shape(new Axis(features, "feature"));
    }

    /// <summary>Throws unless there are features and ε is finite and above 0.</summary>
    public static void Check(string name, Shape features, double epsilon)
    {
        if (features.Rank == 0 || features.Count < 1 || !(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{name}: features must be at least 1 on each of at least one axis, and epsilon finite and above 0; got {features} and {epsilon}."));
        }
    }

    /// <summary>Mean and 1/√(variance + ε) along the last axis, which disappears.</summary>
    private static (Tensor Mean, Tensor Inverse) Moments(Tensor x, double epsilon)
    {
        Tensor mean = x.Mean(-1);
        return (mean, ((x - Along(mean, x)).Square().Mean(-1) + epsilon).Rsqrt());
    }

    private static Tensor Along(Tensor perRow, Tensor x) => perRow.BroadcastAt(x.Shape.Rank - 1, x.Shape.Axes[^1]);
}
