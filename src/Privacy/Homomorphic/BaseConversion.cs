using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Takes a number in (-D/2, D/2), given by its residues modulo the primes of D, to residues modulo other primes (Halevi, Polyakov, Shoup 2019, with the
/// overflow counted
/// in floating point). Exact, but for numbers within 2⁻⁵⁰·D of ±D/2, which may come out D larger or smaller: for key switching and rounding as good.
/// </summary>
internal sealed class BaseConversion
{
    private readonly PrimeModulus[] _from;
    private readonly double[] _inverses; // (D / q)⁻¹ modulo q

    public BaseConversion(ReadOnlySpan<PrimeModulus> from)
    {
        _from = from.ToArray();
        _inverses = new double[_from.Length];
        for (int i = 0; i < _from.Length; i++)
        {
            _inverses[i] = _from[i].Invert(ProductWithout(i, _from[i]));
        }
    }

    /// <summary>
    /// Turns residues x into digits y = x·(D/q)⁻¹ mod q in place, and counts in <paramref name="overflow"/> how often Σ y·D/q exceeds the number.
    /// </summary>
    /// <param name="digits">A limb of coefficients for every prime of D.</param>
    /// <param name="overflow">N elements, overwritten.</param>
    /// <param name="kernels">Arithmetic.</param>
    public void ToDigits(RnsPolynomial digits, Span<double> overflow, ResidueKernels kernels)
    {
        if (_from.Length == 1)
        {
            return; // one prime: the residue is the number
        }

        overflow.Clear();
        for (int i = 0; i < _from.Length; i++)
        {
            kernels.Multiply(digits.Limb(i), digits.Limb(i), _inverses[i], _from[i]);
            kernels.AccumulateReal(overflow, digits.Limb(i), _from[i].Reciprocal);
        }

        kernels.Round(overflow);
    }

    /// <summary>The number modulo <paramref name="target"/>: Σ y·(D/q) - overflow·D.</summary>
    public void Convert(Span<double> result, RnsPolynomial digits, ReadOnlySpan<double> overflow, PrimeModulus target, ResidueKernels kernels)
    {
        if (_from.Length == 1)
        {
            kernels.Reduce(result, digits.Limb(0), target);
            return;
        }

        kernels.Multiply(result, digits.Limb(0), ProductWithout(0, target), target);
        for (int i = 1; i < _from.Length; i++)
        {
            kernels.MultiplyAdd(result, digits.Limb(i), ProductWithout(i, target), target);
        }

        kernels.MultiplyAdd(result, overflow, target.Reduce(-ProductWithout(-1, target)), target);
    }

    /// <summary>The product of all primes but one, modulo <paramref name="modulus"/>; reduced.</summary>
    private double ProductWithout(int skipped, PrimeModulus modulus)
    {
        double product = 1;
        for (int i = 0; i < _from.Length; i++)
        {
            product = i == skipped ? product : modulus.Reduce(modulus.Multiply(product, modulus.Reduce(_from[i].Prime)));
        }

        return product;
    }
}
