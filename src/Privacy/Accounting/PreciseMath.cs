namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Elementary functions that keep their relative accuracy near zero, where the framework's forms cancel. All are exact to a few units
/// in the last place.
/// </summary>
internal static class PreciseMath
{
    /// <summary>log(1 + x) for x > -1, by dividing out the rounding of 1 + x (Goldberg 1991, theorem 4).</summary>
    public static double Log1p(double x)
    {
        double sum = 1.0 + x;
        if (sum == 1.0)
        {
            return x;
        }

        return double.IsPositiveInfinity(sum) ? sum : Math.Log(sum) * (x / (sum - 1.0));
    }

    /// <summary>e^x - 1, by dividing out the rounding of e^x (Higham 2002, "Accuracy and Stability of Numerical Algorithms", §1.14.1).</summary>
    public static double Expm1(double x)
    {
        double power = Math.Exp(x);
        if (power == 1.0)
        {
            return x;
        }

        double difference = power - 1.0;
        if (Math.Abs(x) > 1.0)
        {
            return difference;
        }

        return difference * (x / Math.Log(power));
    }

    /// <summary>log(e^x - 1) for x > 0 without overflow.</summary>
    public static double LogExpm1(double x) => x > 40.0 ? x : Math.Log(Expm1(x));

    /// <summary>log(1 + e^x) without overflow and without losing small e^x.</summary>
    public static double Log1pExp(double x) => x > 40.0 ? x + Math.Exp(-x) : Log1p(Math.Exp(x));
}
