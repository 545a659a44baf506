namespace FastDPMeta.Privacy.Accounting;

/// <summary>The number of heads among n tosses of a fair coin, to a relative 1e-12.</summary>
internal static class HalfBinomial
{
    private const int LargestCount = 1_000_000;

    /// <summary>P(k heads); 0 where impossible.</summary>
    public static double At(int tosses, int heads) => heads < 0 || heads > tosses ? 0 : Math.Exp(BinomialTail.LogMass(tosses, 0.5, heads));

    /// <summary>P(at least k heads).</summary>
    public static double AtLeast(int tosses, int heads) => heads <= 0 ? 1
        : heads > tosses ? 0
        : 2L * heads > tosses ? Upper(tosses, heads)
        : 1 - Upper(tosses, tosses - heads + 1);

    /// <summary>The upper half by the continued fraction of the incomplete beta function (Press et al. 2007, "Numerical Recipes", §6.4): P(k)·½·fraction.</summary>
    private static double Upper(int tosses, int heads)
    {
        if (heads > tosses)
        {
            return 0;
        }

        double a = heads, b = tosses - heads + 1.0;
        double c = 1;
        double d = Inverse(1 - ((a + b) * 0.5 / (a + 1)));
        double fraction = d;
        for (int m = 1; m < LargestCount; m++)
        {
            double even = m * (b - m) * 0.5 / ((a + (2.0 * m) - 1) * (a + (2.0 * m)));
            d = Inverse(1 + (even * d));
            c = NotZero(1 + (even / c));
            fraction *= d * c;
            double odd = -(a + m) * (a + b + m) * 0.5 / ((a + (2.0 * m)) * (a + (2.0 * m) + 1));
            d = Inverse(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            double change = d * c;
            fraction *= change;
            if (Math.Abs(change - 1) < 1e-15)
            {
                break;
            }
        }

        return At(tosses, heads) * 0.5 * fraction;
    }

    private static double NotZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;

    private static double Inverse(double value) => 1 / NotZero(value);
}
