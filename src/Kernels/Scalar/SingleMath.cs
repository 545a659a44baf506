using static FastDPMeta.Kernels.Scalar.LaneConstants;

namespace FastDPMeta.Kernels.Scalar;

/// <summary>
/// The elementary functions of one float, in operations every device has, with the reductions of <see cref="LaneMath{TLane, TVector}"/>.
/// GPUs compile these rather than their own approximations (which are off by up to 2⁻¹¹ for tanh, and by |x|·2⁻²³ for exp). Right whether
/// or not a compiler contracts a·b + c into one instruction. Edge cases as in <see cref="LaneMath{TLane, TVector}"/>; largest errors
/// exp 0.95, log 0.81, tanh 1.24, sigmoid 2.21, erf 1.13 units in the last place.
/// </summary>
internal static class SingleMath
{
    public static float Exp(float x)
    {
        // Comparisons rather than MathF.Min and Max: those lose NaN on some GPUs.
        float small = x > ExpMaximum ? ExpMaximum : x;
        small = small < ExpMinimum ? ExpMinimum : small;
        float n = MathF.Floor((small * Log2E) + 0.5f);
        int whole = (int)n;
        int half = whole >> 1;
        return (1f + ExpReduced(small, n)) * PowerOfTwo(half) * PowerOfTwo(whole - half);
    }

    public static float Log(float x)
    {
        float normal = x < SmallestNormal ? x * DenormalScale : x;
        int bits = BitConverter.SingleToInt32Bits(normal);
        int exponent = (bits - LaneBits.TwoThirds) >> LaneBits.MantissaBits;
        float f = BitConverter.Int32BitsToSingle(bits - (exponent << LaneBits.MantissaBits)) - 1f;
        float e = x < SmallestNormal ? exponent - LaneBits.MantissaBits : exponent;

        float p = (((((((((((((L7 * f) + L6) * f) + L5) * f) + L4) * f) + L3) * f) + L2) * f) + L1) * f) + L0;
        float square = f * f;
        float sum = (square * f * p) + (e * Ln2Low);
        sum = (sum - (0.5f * square)) + f;
        sum = (e * Ln2High) + sum;

        sum = x < float.PositiveInfinity ? sum : x;
        sum = x < 0f ? float.NaN : sum;
        return x == 0f ? float.NegativeInfinity : sum;
    }

    public static float Tanh(float x)
    {
        float magnitude = x < 0f ? -x : x;
        float z = x * x;
        float small = x + (x * z * ((((((((T4 * z) + T3) * z) + T2) * z) + T1) * z) + T0));
        float large = 1f - (2f / (Exp(magnitude + magnitude) + 1f));
        large = x < 0f ? -large : large;
        return magnitude < TanhSmall ? small : large;
    }

    public static float Sigmoid(float x)
    {
        float e = Exp(x < 0f ? x : -x);
        return (x < 0f ? e : 1f) / (1f + e);
    }

    public static float Erf(float x)
    {
        float magnitude = x < 0f ? -x : x;
        float z = x * x;
        float small = x + (x * ((((((((((((R6 * z) + R5) * z) + R4) * z) + R3) * z) + R2) * z) + R1) * z) + R0));
        float t = magnitude > ErfMaximum ? ErfMaximum : magnitude;
        float p = (((((((((((Q6 * t) + Q5) * t) + Q4) * t) + Q3) * t) + Q2) * t) + Q1) * t) + Q0;
        float large = 1f - Exp(p);
        large = x < 0f ? -large : large;
        return magnitude < ErfSmall ? small : large;
    }

    private static float ExpReduced(float x, float n)
    {
        float r = x - (n * Ln2High);
        r -= n * Ln2Low;
        float p = (((((((E4 * r) + E3) * r) + E2) * r) + E1) * r) + E0;
        return (r * r * p) + r;
    }

    private static float PowerOfTwo(int n) => BitConverter.Int32BitsToSingle((n + LaneBits.ExponentBias) << LaneBits.MantissaBits);
}
