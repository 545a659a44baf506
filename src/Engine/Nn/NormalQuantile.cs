namespace FastDPMeta.Engine.Nn;

/// <summary>Where the standard normal distribution reaches a probability.</summary>
internal static class NormalQuantile
{
    private const double Largest = 9;

    /// <summary>Φ⁻¹(p) by bisection, to the last bits of a double for p between 1e-12 and 1 - 1e-12; ±9 beyond what Φ can tell from 0 and 1.</summary>
    public static double Of(double probability)
    {
        (double low, double high) = (-Largest, Largest);
        for (int i = 0; i < 64; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Distribution(middle) < probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>Φ(x) = ½ + φ(x)·Σ x²ⁿ⁺¹/(1·3·…·(2n + 1)) (Abramowitz and Stegun 26.2.11), terms of one sign.</summary>
    public static double Distribution(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); n += 2)
        {
            term *= x * x / n;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}
