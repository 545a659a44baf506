using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

/// <summary>
/// Tests of samples against laws. Keys are fixed, so each passes or fails for ever; thresholds are those a fair sampler would exceed with probability below 1e-7.
/// </summary>
internal static class Samples
{
    /// <summary>Normal deviations that are exceeded, two-sided, with probability 6e-8.</summary>
    public const double Deviations = 5.42;

    public static RandomWords Words(ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        return new RandomWords(key);
    }

    public static RandomStream Stream(ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        return new RandomStream(key);
    }

    public static long[] Draw(int count, Func<long> next)
    {
        long[] values = new long[count];
        foreach (ref long value in values.AsSpan())
        {
            value = next();
        }

        return values;
    }

    /// <summary>χ² of whole numbers against probabilities; numbers of few expected draws share a cell.</summary>
    public static void AssertFits(long[] values, Func<long, double> probability, long reach)
    {
        Dictionary<long, int> counts = [];
        foreach (long value in values)
        {
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        double chiSquare = 0, expected = 0, rest = 1;
        int seen = 0, cells = 0, left = values.Length;
        for (long x = -reach; x <= reach; x++)
        {
            double p = probability(x);
            rest -= p;
            expected += p * values.Length;
            seen += counts.GetValueOrDefault(x);
            if (expected >= 25)
            {
                chiSquare += (seen - expected) * (seen - expected) / expected;
                left -= seen;
                cells++;
                (expected, seen) = (0, 0);
            }
        }

        expected += Math.Max(0, rest) * values.Length;
        if (expected > 1)
        {
            chiSquare += (left - expected) * (left - expected) / expected;
            cells++;
        }
        else
        {
            Assert.InRange(left, 0, 25);
        }

        Assert.True(cells > 1, "one cell only");
        AssertChiSquare(chiSquare, cells - 1);
    }

    /// <summary>By the cube root's normal approximation (Wilson and Hilferty 1931).</summary>
    public static void AssertChiSquare(double chiSquare, int freedom)
    {
        double width = 2.0 / (9 * freedom);
        double limit = freedom * Math.Pow(1 - width + (Deviations * Math.Sqrt(width)), 3);
        Assert.True(chiSquare <= limit, $"χ² {chiSquare} with {freedom} degrees of freedom; the limit is {limit}");
    }

    /// <summary>Kolmogorov and Smirnov: P(√n·D > 2.9) is below 2e^(-2·2.9²) = 1e-7 for continuous laws, and less for others.</summary>
    public static void AssertFollows(double[] values, Func<double, double> distribution)
    {
        Array.Sort(values);
        double distance = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double p = distribution(values[i]);
            distance = Math.Max(distance, Math.Max(((i + 1.0) / values.Length) - p, p - ((double)i / values.Length)));
        }

        Assert.True(distance * Math.Sqrt(values.Length) < 2.9, $"√n·D = {distance * Math.Sqrt(values.Length)}");
    }

    /// <summary>Mean and variance against those of a law with a given fourth central moment.</summary>
    public static void AssertMoments(long[] values, double variance, double fourth)
    {
        double n = values.Length;
        double mean = values.Sum(value => (double)value) / n;
        double square = values.Sum(value => (double)value * value) / n;
        Assert.InRange(mean / Math.Sqrt(variance / n), -Deviations, Deviations);
        Assert.InRange((square - variance) / Math.Sqrt((fourth - (variance * variance)) / n), -Deviations, Deviations);
    }
}
