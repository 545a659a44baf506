using System.Runtime.CompilerServices;

namespace FastDPMeta.Kernels.Ntt;

/// <summary>Products and remainders modulo a prime in doubles, exact: Barrett's reduction with a rounded quotient and fused multiply-add.</summary>
/// <remarks>
/// <para>
/// Let p be the prime, below 63/64·2⁵⁰, and u = fl(1/p). Every rounding below has a relative error of at most 2⁻⁵³. All values are whole numbers; a whole
/// number of absolute value at most 2⁵³ is a double.
/// </para>
/// <para>
/// <b>Multiply.</b> Let R = |x·y|/p ≤ 2⁵². h = fl(x·y), and ℓ = x·y - h is a whole number of at most 2⁻⁵³·R·p, found exactly by one fused operation. The
/// quotient
/// v = fl(h·u) has three roundings, so |v - x·y/p| ≤ 3.01·2⁻⁵³·R. With c = round(v), t = x·y - c·p satisfies |t| ≤ p·(1/2 + 3.01·2⁻⁵³·R). h - c·p = t - ℓ
/// is a whole
/// number of at most p·(1/2 + 4.01·2⁻⁵³·R) ≤ 2.51·p &lt; 2⁵³, so the fused operation gives it without rounding, and adding ℓ gives t without rounding.
/// If |x| ≤ k·p and |y| ≤ p/2, then R ≤ k·p/2, and since 3.01·2⁻⁵³·p/2 &lt; 3/16: |t| ≤ p·(1/2 + 3·k/16), for every k up to 8. If |x|, |y| ≤ p, then |t| ≤
/// p·(1/2 + 3/8).
/// </para>
/// <para>
/// <b>Reduce.</b> Let |x| ≤ 2⁵¹·p. v = fl(x·u) has two roundings, c = round(v), and r = x - c·p is a whole number with |r| ≤ p·(1/2 + 2.01·2⁻⁵³·|x|/p) ≤
/// 1.01·p,
/// so the fused operation gives it without rounding. For |x| ≤ 8·p it is at most p·(1/2 + 2⁻⁴⁸): a residue within one of p/2, called <i>reduced</i>.
/// </para>
/// </remarks>
/// <typeparam name="TLane">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal static class ResidueMath<TLane, TVector>
    where TLane : struct, IResidueLane<TVector>
    where TVector : unmanaged
{
    /// <summary>A residue of x·y, see the remarks.</summary>
    /// <param name="x">First factor.</param>
    /// <param name="y">Second factor.</param>
    /// <param name="minus">-p in every lane.</param>
    /// <param name="reciprocal">fl(1/p) in every lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Multiply(TVector x, TVector y, TVector minus, TVector reciprocal)
    {
        TVector high = TLane.Multiply(x, y);
        TVector low = TLane.MultiplySubtract(x, y, high);
        TVector quotient = TLane.Round(TLane.Multiply(high, reciprocal));
        return TLane.Add(TLane.MultiplyAdd(quotient, minus, high), low);
    }

    /// <summary>A residue of x, see the remarks.</summary>
    /// <param name="x">Any whole number of at most 2⁵¹ primes.</param>
    /// <param name="minus">-p in every lane.</param>
    /// <param name="reciprocal">fl(1/p) in every lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Reduce(TVector x, TVector minus, TVector reciprocal) =>
        TLane.MultiplyAdd(TLane.Round(TLane.Multiply(x, reciprocal)), minus, x);
}
