namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>What rounding took from losses: independent numbers, one a release.</summary>
/// <param name="Mean">Sum of the means.</param>
/// <param name="Square">Sum of the second moments.</param>
/// <param name="Largest">None is farther from its mean.</param>
internal readonly record struct Residuals(double Mean, double Square, double Largest)
{
    /// <summary>Relative error of sums over masses.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Below this quotient of reach and variance both inequalities are the normal one.</summary>
    private const double Normal = 1e-2;

    /// <summary>Together with those of a release repeated.</summary>
    public Residuals Plus(Residuals one, long count) => new(Mean + (count * one.Mean), Square + (count * one.Square), Math.Max(Largest, one.Largest));

    /// <summary>
    /// The sum of all lies farther than this from <see cref="Mean"/> with at most the given probability, on either side, the rounding of mean and losses included. By Bennett's inequality, e^{-(V/b²)·h(bx/V)} with
    /// h(u) = (1 + u)·log(1 + u) - u, which counts rare and large numbers as such; its root is looked for below that of Bernstein's, e^{-x²/(2V + 2bx/3)}.
    /// </summary>
    /// <param name="probability">In (0, 1).</param>
    /// <param name="count">How many numbers.</param>
    public double Reach(double probability, double count)
    {
        double exponent = -Math.Log(probability);
        double linear = exponent * Largest / 3;
        double high = linear + Math.Sqrt((linear * linear) + (2 * exponent * Square));
        double low = 0;
        for (int i = 0; i < 60 && Square > 0 && Largest * high > Normal * Square; i++)
        {
            double middle = (low + high) / 2;
            double u = Largest * middle / Square;
            double reached = Square / (Largest * Largest) * (((1 + u) * PreciseMath.Log1p(u)) - u);
            (low, high) = reached > exponent * (1 + Rounding) ? (low, middle) : (middle, high);
        }

        return (high * (1 + Rounding)) + (count * Largest * Rounding);
    }
}
