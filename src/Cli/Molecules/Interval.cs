namespace FastDPMeta.Cli.Molecules;

/// <summary>A mean and half the width of its 95 % interval by Student's law.</summary>
/// <param name="Mean">The mean of the finite values; NaN without any.</param>
/// <param name="HalfWidth">Half the width; NaN with fewer than two values.</param>
/// <param name="Count">How many values.</param>
internal readonly record struct Interval(double Mean, double HalfWidth, int Count)
{
    private const double NormalQuantile975 = 1.959963984540054;

    // 97.5th percentiles of Student's law with 1 to 30 degrees of freedom, to three digits, as in every table of it.
    private static readonly double[] Student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>Of independent values; those that are not finite are left out.</summary>
    internal static Interval Of(IEnumerable<double> values)
    {
        double[] numbers = [.. values.Where(double.IsFinite)];
        if (numbers.Length == 0)
        {
            return new Interval(double.NaN, double.NaN, 0);
        }

        double mean = numbers.Average();
        if (numbers.Length == 1)
        {
            return new Interval(mean, double.NaN, 1);
        }

        int degrees = numbers.Length - 1;
        double deviation = Math.Sqrt(numbers.Sum(value => (value - mean) * (value - mean)) / degrees);

        double quantile = degrees <= Student.Length ? Student[degrees - 1] : Beyond(degrees);
        return new Interval(mean, quantile * deviation / Math.Sqrt(numbers.Length), numbers.Length);
    }

    /// <summary>The expansion of Cornish and Fisher (1938) in one over the degrees of freedom, to its second term: off by 1e-4 at 31.</summary>
    private static double Beyond(int degrees)
    {
        const double z = NormalQuantile975, cubed = z * z * z, fifth = cubed * z * z;
        return z + ((cubed + z) / (4 * degrees)) + (((5 * fifth) + (16 * cubed) + (3 * z)) / (96.0 * degrees * degrees));
    }
}
