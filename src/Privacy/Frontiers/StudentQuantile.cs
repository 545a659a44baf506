namespace FastDPMeta.Privacy.Frontiers;

/// <summary>Quantiles of Student's t distribution with a whole number of degrees of freedom.</summary>
internal static class StudentQuantile
{
    private const int Halvings = 60; // of an interval of length π/2: below the spacing of double precision

    /// <summary>t with P(|T| ≤ t) = <paramref name="confidence"/>.</summary>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="freedom">Degrees of freedom, ≥ 1.</param>
    /// <remarks>Relative error below 1e-12 up to some thousand degrees of freedom; cost: sixty sums of half as many terms as there are degrees.</remarks>
    public static double TwoSided(double confidence, int freedom)
    {
        (double low, double high) = (0, Math.PI / 2);
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Within(middle, freedom) < confidence ? (middle, high) : (low, middle);
        }

        return Math.Sqrt(freedom) * Math.Tan((low + high) / 2);
    }

    /// <summary>P(|T| ≤ √ν·tan θ): finite sums in sin θ and cos θ. Source: Abramowitz and Stegun (1964), formulas 26.7.3 and 26.7.4.</summary>
    private static double Within(double angle, int freedom)
    {
        (double sine, double cosine) = Math.SinCos(angle);
        bool odd = freedom % 2 == 1;
        double term = odd ? cosine : 1;
        double sum = freedom == 1 ? 0 : term;
        for (int k = odd ? 3 : 2; k <= freedom - 2; k += 2)
        {
            term *= cosine * cosine * (k - 1) / k;
            sum += term;
        }

        return odd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
    }
}
