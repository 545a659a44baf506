namespace FastDPMeta.Privacy.Frontiers;

/// <summary>A mean over repetitions and how sure it is.</summary>
/// <param name="Mean">The mean; NaN where a value is not finite.</param>
/// <param name="HalfWidth">Half the 95 % interval of the mean by Student's t: t·s/√n. NaN for a single value, which says nothing about its spread.</param>
/// <param name="Count">n: values.</param>
public readonly record struct MeanInterval(double Mean, double HalfWidth, int Count)
{
    private const double Confidence = 0.95;

    /// <summary>The mean of some values and its interval, as if they were independent and nearly normal.</summary>
    /// <param name="values">At least one. One that is not finite makes both numbers NaN: a training that ran away is no better than its worst.</param>
    /// <exception cref="ArgumentException">There is no value.</exception>
    /// <remarks>Source: Student (1908); s has n - 1 degrees of freedom.</remarks>
    public static MeanInterval Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
        {
            throw new ArgumentException("A mean needs at least one value; got none. Give the value of each repetition.", nameof(values));
        }

        if (values.Any(value => !double.IsFinite(value)))
        {
            return new MeanInterval(double.NaN, double.NaN, values.Count);
        }

        double mean = values.Average();
        if (values.Count == 1)
        {
            return new MeanInterval(mean, double.NaN, 1);
        }

        double variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        double halfWidth = StudentQuantile.TwoSided(Confidence, values.Count - 1) * Math.Sqrt(variance / values.Count);
        return new MeanInterval(mean, halfWidth, values.Count);
    }
}
