using System.Numerics;
using FastDPMeta.Kernels.Ntt;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Random polynomials from ChaCha20 streams of one key. Uniform residues are drawn by rejection: their time depends on the random bits, which are public
/// (or, for uniform masks, become so). Binomial
/// errors take the same instructions whatever they are; ternary coefficients redraw one byte of 256, whose value is then thrown away.
/// </summary>
internal sealed class RingSampler : IDisposable
{
    /// <summary>Coins of each sign of an error: variance 10.5, standard deviation 3.24, at least the 3.19 of the security tables.</summary>
    public const int Coins = 21;

    private readonly RandomKey _key;
    private uint _streams;

    /// <summary>From the operating system: for secrets and errors.</summary>
    public RingSampler()
        : this(RandomKey.FromOperatingSystem())
    {
    }

    /// <summary>From a key; equal keys give equal polynomials in the order drawn. Disposed with this.</summary>
    public RingSampler(RandomKey key) => _key = key;

    /// <summary>A polynomial uniform modulo every one of <paramref name="primes"/>.</summary>
    public void Uniform(RnsPolynomial polynomial, ReadOnlySpan<PrimeModulus> primes)
    {
        for (int i = 0; i < polynomial.Limbs; i++)
        {
            using RandomStream stream = new(_key, _streams++);
            Span<double> limb = polynomial.Limb(i);
            ulong prime = primes[i].Value;
            long half = (long)prime / 2;
            for (int k = 0; k < limb.Length; k++)
            {
                limb[k] = (long)stream.NextUInt64(prime) - half;
            }
        }
    }

    /// <summary>Coefficients uniform in {-1, 0, 1}.</summary>
    public void Ternary(Span<sbyte> coefficients)
    {
        using RandomStream stream = new(_key, _streams++);
        for (int i = 0; i < coefficients.Length; i++)
        {
            uint draw;
            do
            {
                draw = stream.NextUInt32() & 0xff;
            }
            while (draw == 255);
            coefficients[i] = (sbyte)((int)(draw % 3) - 1);
        }
    }

    /// <summary>Coefficients with the centred binomial law of 2·<see cref="Coins"/> coins.</summary>
    public void Binomial(Span<sbyte> coefficients)
    {
        const uint Mask = (1U << Coins) - 1;
        using RandomStream stream = new(_key, _streams++);
        for (int i = 0; i < coefficients.Length; i++)
        {
            coefficients[i] = (sbyte)(BitOperations.PopCount(stream.NextUInt32() & Mask) - BitOperations.PopCount(stream.NextUInt32() & Mask));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
