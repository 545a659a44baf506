namespace FastDPMeta.Privacy.Accounting;

/// <summary>The standard normal distribution in double precision, to a relative 1e-12 everywhere.</summary>
internal static class NormalDistribution
{
    private const double InverseRootTwoPi = 0.39894228040143267794;

    /// <summary>From here on the continued fraction is used, whose <see cref="FractionTerms"/> terms suffice there; before, the series.</summary>
    private const double FractionStart = 3;

    private const int FractionTerms = 100;

    /// <summary>φ(x).</summary>
    public static double Density(double x) => InverseRootTwoPi * Math.Exp(-x * x / 2);

    /// <summary>Φ(x) = P(N(0,1) ≤ x).</summary>
    public static double Cumulative(double x)
    {
        if (Math.Abs(x) > FractionStart)
        {
            double tail = Density(x) * Mills(Math.Abs(x));
            return x < 0 ? tail : 1 - tail;
        }

        return 0.5 + (Density(x) * Series(x));
    }

    /// <summary>Φ(-x)/φ(x): the tail without its exponential, which neither under- nor overflows.</summary>
    /// <param name="x">≥ 0.</param>
    public static double Mills(double x)
    {
        if (x <= FractionStart)
        {
            return (0.5 / Density(x)) - Series(x);
        }

        // 1/(x + 1/(x + 2/(x + 3/(x + …)))) (Laplace).
        double rest = x;
        for (int k = FractionTerms; k > 0; k--)
        {
            rest = x + (k / rest);
        }

        return 1 / rest;
    }

    /// <summary>(Φ(x) - ½)/φ(x) = x + x³/3 + x⁵/(3·5) + … (Marsaglia 2004, "Evaluating the normal distribution").</summary>
    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int k = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); k += 2)
        {
            term *= x * x / k;
            sum += term;
        }

        return sum;
    }
}
