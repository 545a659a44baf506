using System.Runtime.CompilerServices;
using static FastDPMeta.Kernels.Scalar.LaneConstants;

namespace FastDPMeta.Kernels.Scalar;

/// <summary>
/// The elementary functions, written once for all vector widths; branch-free. Largest errors in units in the last place of the exact
/// value, measured by the tests over a million points: exp 0.97, log 0.81, tanh 2.38, sigmoid 2.21, erf 1.05 (rsqrt, which is 1/√x, 1.49): never more
/// than two floats from the correctly rounded value.
/// </summary>
/// <remarks>
/// | x | exp | log | tanh | sigmoid | erf |
/// | --- | --- | --- | --- | --- | --- |
/// | NaN | NaN | NaN | NaN | NaN | NaN |
/// | +∞ | +∞ | +∞ | 1 | 1 | 1 |
/// | -∞ | 0 | NaN | -1 | 0 | -1 |
/// | ±0 | 1 | -∞ | ±0 | 1/2 | ±0 |
/// | denormal | 1 | exact to the same error | x | 1/2 | exact to the same error |
/// </remarks>
/// <typeparam name="TLane">The arithmetic of one width.</typeparam>
/// <typeparam name="TVector">Its vector type.</typeparam>
internal static class LaneMath<TLane, TVector>
    where TLane : struct, ILane<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        TVector small = TLane.AtMost(ExpMaximum, TLane.AtLeast(ExpMinimum, x));
        TVector q = ExpReduced(small, BiasedTwice, out TVector n, out TVector biasedTwice);
        return TLane.Scale(TLane.Add(q, TLane.Splat(1f)), n, biasedTwice);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log(TVector x)
    {
        TVector denormal = TLane.Less(x, TLane.Splat(SmallestNormal));
        TVector normal = TLane.Select(denormal, TLane.Mul(x, TLane.Splat(DenormalScale)), x);
        TVector f = TLane.Sub(TLane.Split(normal, out TVector e), TLane.Splat(1f));
        e = TLane.Select(denormal, TLane.Sub(e, TLane.Splat(LaneBits.MantissaBits)), e);

        TVector p = TLane.MulAdd(TLane.Splat(L7), f, TLane.Splat(L6));
        p = TLane.MulAdd(p, f, TLane.Splat(L5));
        p = TLane.MulAdd(p, f, TLane.Splat(L4));
        p = TLane.MulAdd(p, f, TLane.Splat(L3));
        p = TLane.MulAdd(p, f, TLane.Splat(L2));
        p = TLane.MulAdd(p, f, TLane.Splat(L1));
        p = TLane.MulAdd(p, f, TLane.Splat(L0));

        // Small terms first: f³p + e·low, then -f²/2, then f, then e·high.
        TVector square = TLane.Mul(f, f);
        TVector sum = TLane.MulAdd(TLane.Mul(square, f), p, TLane.Mul(e, TLane.Splat(Ln2Low)));
        sum = TLane.Add(TLane.MulAdd(square, TLane.Splat(-0.5f), sum), f);
        sum = TLane.MulAdd(e, TLane.Splat(Ln2High), sum);

        sum = TLane.Select(TLane.Less(x, TLane.Splat(float.PositiveInfinity)), sum, x);
        sum = TLane.Select(TLane.Less(x, TLane.Splat(0f)), TLane.Splat(float.NaN), sum);
        return TLane.Select(TLane.IsZero(x), TLane.Splat(float.NegativeInfinity), sum);
    }

    /// <summary>tanh |x| = m/(m+2) with m = e²ˡˣˡ - 1, which does not cancel near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        TVector magnitude = TLane.AtMost(TanhMaximum, TLane.Abs(x));
        TVector q = ExpReduced(TLane.Add(magnitude, magnitude), Biased, out _, out TVector biased);
        TVector power = TLane.PowerOfTwo(biased);
        TVector m = TLane.MulAdd(power, q, TLane.Sub(power, TLane.Splat(1f)));
        return TLane.WithSign(TLane.Div(m, TLane.Add(m, TLane.Splat(2f))), x);
    }

    /// <summary>With e = e⁻ˡˣˡ: 1/(1+e) for positive x, e/(1+e) for negative, so that it neither overflows nor loses tiny values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x)
    {
        TVector one = TLane.Splat(1f);
        TVector q = ExpReduced(TLane.AtLeast(ExpMinimum, TLane.NegativeAbs(x)), Raised, out TVector n, out TVector raised);
        TVector e = TLane.ScaleDown(TLane.Add(q, one), n, raised);
        return TLane.Div(TLane.Select(TLane.Less(x, TLane.Splat(0f)), e, one), TLane.Add(one, e));
    }

    /// <summary>A polynomial near zero, where 1 - eᵖ would cancel; p is the logarithm of 1 - erf |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erf(TVector x)
    {
        TVector z = TLane.Mul(x, x);
        TVector r = TLane.MulAdd(TLane.Splat(R6), z, TLane.Splat(R5));
        r = TLane.MulAdd(r, z, TLane.Splat(R4));
        r = TLane.MulAdd(r, z, TLane.Splat(R3));
        r = TLane.MulAdd(r, z, TLane.Splat(R2));
        r = TLane.MulAdd(r, z, TLane.Splat(R1));
        r = TLane.MulAdd(r, z, TLane.Splat(R0));
        TVector small = TLane.MulAdd(x, r, x);

        TVector magnitude = TLane.AtMost(ErfMaximum, TLane.Abs(x));
        TVector p = TLane.MulAdd(TLane.Splat(Q6), magnitude, TLane.Splat(Q5));
        p = TLane.MulAdd(p, magnitude, TLane.Splat(Q4));
        p = TLane.MulAdd(p, magnitude, TLane.Splat(Q3));
        p = TLane.MulAdd(p, magnitude, TLane.Splat(Q2));
        p = TLane.MulAdd(p, magnitude, TLane.Splat(Q1));
        p = TLane.MulAdd(p, magnitude, TLane.Splat(Q0));
        TVector q = ExpReduced(p, Biased, out _, out TVector biased);
        TVector large = TLane.Sub(TLane.Splat(1f), TLane.Mul(TLane.Add(q, TLane.Splat(1f)), TLane.PowerOfTwo(biased)));
        return TLane.Select(TLane.Less(TLane.Abs(x), TLane.Splat(ErfSmall)), small, TLane.WithSign(large, x));
    }

    /// <summary>Writes x as n·ln 2 + r and returns eʳ - 1. Fewest instructions: one rounds, one takes the bias off, none converts.</summary>
    /// <param name="x">From -104 to 89, or NaN.</param>
    /// <param name="bias"><see cref="Biased"/>, <see cref="BiasedTwice"/> or <see cref="Raised"/>.</param>
    /// <param name="n">The whole number.</param>
    /// <param name="biased">n + bias.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpReduced(TVector x, float bias, out TVector n, out TVector biased)
    {
        biased = TLane.MulAdd(x, TLane.Splat(Log2E), TLane.Splat(bias));
        n = TLane.Sub(biased, TLane.Splat(bias));
        TVector r = TLane.MulAdd(n, TLane.Splat(-Ln2High), x);
        r = TLane.MulAdd(n, TLane.Splat(-Ln2Low), r);
        TVector p = TLane.MulAdd(TLane.Splat(E4), r, TLane.Splat(E3));
        p = TLane.MulAdd(p, r, TLane.Splat(E2));
        p = TLane.MulAdd(p, r, TLane.Splat(E1));
        p = TLane.MulAdd(p, r, TLane.Splat(E0));
        return TLane.MulAdd(TLane.Mul(r, r), p, r);
    }
}
