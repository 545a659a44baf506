using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Ntt;

/// <summary>
/// Arithmetic on polynomials modulo one prime, one double a residue. Inputs are at most one prime in absolute value and outputs are reduced or at most one
/// prime,
/// so that any two calls compose; where it says otherwise, it says so. Destinations may be sources. Nothing allocates.
/// </summary>
internal abstract class ResidueKernels
{
    /// <summary>
    /// Vectors of 256 bits where there are any: on a processor that splits 512-bit operations they were 20 % faster at N = 8192 to 32768 (AMD Zen 4, one
    /// thread).
    /// </summary>
    public static ResidueKernels Fastest { get; } = Of(
        Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 64);

    /// <summary>Lanes of its vectors; its tables must be made for as many.</summary>
    public abstract int Lanes { get; }

    /// <summary>Vectors of 512, 256, 128 or 64 bits, the last being plain doubles. Every width gives the same bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such width.</exception>
    public static ResidueKernels Of(int vectorBits) => vectorBits switch
    {
        512 => new ResidueKernels<ResidueLane512, Vector512<double>>(),
        256 => new ResidueKernels<ResidueLane256, Vector256<double>>(),
        128 => new ResidueKernels<ResidueLane128, Vector128<double>>(),
        64 => new ResidueKernels<ResidueLane1, double>(),
        _ => throw new ArgumentOutOfRangeException(nameof(vectorBits), $"ResidueKernels: there are no vectors of {vectorBits} bits; use 512, 256, 128 or 64."),
    };

    /// <summary>Coefficients to values, in place: see <see cref="NttForward{TLane, TVector}"/>.</summary>
    public abstract void Forward(Span<double> x, NttTables tables);

    /// <summary>Values to coefficients, in place.</summary>
    public abstract void Inverse(Span<double> x, NttTables tables);

    /// <summary>x + y.</summary>
    public abstract void Add(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus);

    /// <summary>x - y.</summary>
    public abstract void Subtract(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus);

    /// <summary>x·y, element by element.</summary>
    public abstract void Multiply(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus);

    /// <summary>result + x·y, element by element.</summary>
    public abstract void MultiplyAdd(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, PrimeModulus modulus);

    /// <summary>x·factor; |x| may be up to 2⁵² and the factor is reduced.</summary>
    public abstract void Multiply(Span<double> result, ReadOnlySpan<double> x, double factor, PrimeModulus modulus);

    /// <summary>result + x·factor; |x| may be up to 2⁵² and the factor is reduced.</summary>
    public abstract void MultiplyAdd(Span<double> result, ReadOnlySpan<double> x, double factor, PrimeModulus modulus);

    /// <summary>(x - y)·factor.</summary>
    public abstract void SubtractMultiply(Span<double> result, ReadOnlySpan<double> x, ReadOnlySpan<double> y, double factor, PrimeModulus modulus);

    /// <summary>x modulo the prime; |x| may be up to 2⁵¹ primes.</summary>
    public abstract void Reduce(Span<double> result, ReadOnlySpan<double> x, PrimeModulus modulus);

    /// <summary>sum + x·factor as real numbers, rounded once: how often a base conversion overflows. Not modular.</summary>
    public abstract void AccumulateReal(Span<double> sum, ReadOnlySpan<double> x, double factor);

    /// <summary>Every element to the nearest whole number.</summary>
    public abstract void Round(Span<double> x);
}
