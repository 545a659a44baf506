using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// A polynomial by its residues: one limb of N doubles a prime, in the order of the chain. Whether limbs are values or coefficients is the owner's to know.
/// </summary>
internal sealed class RnsPolynomial
{
    private readonly ResidueBuffer _residues;

    /// <summary>Room for <paramref name="limbs"/> limbs, not zeroed.</summary>
    public RnsPolynomial(int degree, int limbs)
    {
        (Degree, Limbs) = (degree, limbs);
        _residues = new ResidueBuffer(degree * limbs);
    }

    /// <summary>Coefficients of a limb.</summary>
    public int Degree { get; }

    /// <summary>Primes.</summary>
    public int Limbs { get; }

    /// <summary>The residues modulo the prime at <paramref name="index"/>.</summary>
    public Span<double> Limb(int index) => _residues.Span.Slice(index * Degree, Degree);

    /// <summary>The first <paramref name="limbs"/> limbs, copied.</summary>
    public RnsPolynomial Copy(int limbs)
    {
        RnsPolynomial copy = new(Degree, limbs);
        _residues.Span[..(limbs * Degree)].CopyTo(copy._residues.Span);
        return copy;
    }

    /// <summary>Overwrites all residues with zeros.</summary>
    public void Clear() => _residues.Clear();
}
