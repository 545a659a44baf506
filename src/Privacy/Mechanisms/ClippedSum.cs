namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>Sums of vectors that are scaled down to a longest length, in double precision.</summary>
internal static class ClippedSum
{
    /// <summary>More than what rounding can add to the length of a clipped vector of up to 10⁵ numbers, and to a sum of up to 10⁵ of them.</summary>
    public const double Rounding = 1 + 1e-9;

    /// <summary>Adds a vector, clipped; one that is not finite adds nothing.</summary>
    /// <param name="vector">Its numbers.</param>
    /// <param name="clip">The longest length.</param>
    /// <param name="sum">As many numbers.</param>
    public static void Add(ReadOnlySpan<double> vector, double clip, Span<double> sum)
    {
        double squares = 0;
        foreach (double value in vector)
        {
            squares += value * value;
        }

        if (!double.IsFinite(squares))
        {
            return;
        }

        double factor = Math.Min(1, clip / Math.Sqrt(squares));
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += factor * vector[i];
        }
    }
}
