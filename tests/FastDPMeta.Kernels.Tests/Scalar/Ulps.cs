namespace FastDPMeta.Kernels.Tests.Scalar;

/// <summary>Distance of a float from an exact value in units in the last place of that value.</summary>
internal static class Ulps
{
    /// <summary>0 where both are NaN or the same infinity; infinite where only one is. Rounding beyond the largest float to infinity is no error.</summary>
    public static double Between(float actual, double exact)
    {
        if (double.IsNaN(exact) || float.IsNaN(actual))
        {
            return double.IsNaN(exact) && float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        float rounded = (float)exact;
        if (actual == rounded)
        {
            return 0;
        }

        if (float.IsInfinity(rounded) || float.IsInfinity(actual))
        {
            // One of them may sit on the largest float.
            float finite = float.IsInfinity(actual) ? rounded : actual;
            float infinite = float.IsInfinity(actual) ? actual : rounded;
            return finite == MathF.CopySign(float.MaxValue, infinite) ? 1 : double.PositiveInfinity;
        }

        int exponent = exact == 0 ? -126 : Math.Max(Math.ILogB(exact), -126);
        return Math.Abs(actual - exact) / Math.ScaleB(1, exponent - 23);
    }
}
