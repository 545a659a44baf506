namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>Ratios of modified Bessel functions I_{n+1}(μ)/I_n(μ), which are the ratios of neighbouring Skellam probabilities.</summary>
internal static class BesselRatios
{
    /// <summary>log I_{n+1}(μ)/I_n(μ) for n = 0, 1, …, until their sum falls below a given logarithm.</summary>
    /// <param name="mean">μ > 0.</param>
    /// <param name="leastSum">Where to stop.</param>
    /// <param name="largestCount">The most values.</param>
    /// <exception cref="ArgumentOutOfRangeException">There would be more.</exception>
    public static double[] Logarithms(double mean, double leastSum, int largestCount)
    {
        // The tail of a Skellam variable of variance μ is below e^{-x²/(2μ + x)}: far enough.
        double reach = Math.Ceiling(-leastSum + Math.Sqrt(2 * -leastSum * mean)) + 16;
        if (!(reach <= largestCount / 2))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), mean, $"Skellam noise of this variance has {2 * reach:g3} values that matter; {largestCount} are accounted for. Use a coarser lattice.");
        }

        // r_n = 1/(2(n+1)/μ + r_{n+1}), stable downwards; a start far beyond the last one needed forgets its error.
        double[] logarithms = new double[(int)reach];
        double ratio = 0;
        for (int n = (int)reach + (int)Math.Min(1e6, 64 + (8 * Math.Sqrt(mean))); n >= 0; n--)
        {
            ratio = 1 / ((2 * (n + 1.0) / mean) + ratio);
            if (n < logarithms.Length)
            {
                logarithms[n] = Math.Log(ratio);
            }
        }

        double sum = 0;
        for (int n = 0; n < logarithms.Length; n++)
        {
            sum += logarithms[n];
            if (sum < leastSum)
            {
                return logarithms[..(n + 1)];
            }
        }

        return logarithms;
    }
}
