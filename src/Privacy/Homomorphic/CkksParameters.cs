using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// The public parameters of CKKS (Cheon, Kim, Kim, Song 2017) with residues (Cheon, Han, Kim, Kim, Song 2018): ring degree N, a chain of primes, one
/// dropped by each rescaling, special
/// primes of hybrid key switching (Han, Ki 2020), and the scale. Secrets are uniform ternary, errors centred binomial of standard deviation 3.24.
/// </summary>
/// <remarks>
/// Only parameters of at least 128 bits of classical security can be made. The bounds on the bits of all primes together are those of "Security Guidelines
/// for Implementing
/// Homomorphic Encryption" (Bossuat et al., ePrint 2024/463, table 5.2, uniform ternary secret), each at most the bound of the homomorphicencryption.org
/// standard of 2018 (109, 218, 438, 881):
/// where the tables differ, the smaller counts.
/// <code>
/// N                4096  8192  16384  32768  65536
/// bits of Q·P       106   214    430    868   1747
/// </code>
/// </remarks>
public sealed class CkksParameters : IEquatable<CkksParameters>
{
    /// <summary>Least N.</summary>
    public const int LeastDegree = 1 << 12;

    /// <summary>Greatest N.</summary>
    public const int MostDegree = 1 << 16;

    // The first prime exceeds the scale by what slots may exceed 1 at level 0; special primes must not be shorter than any other.
    private const int RoomBits = 10;
    private const int MostPrimeBits = 50;

    // 2^12 … 2^16, see the remarks.
    private static readonly int[] MostModulusBits = [106, 214, 430, 868, 1747];
    private readonly Lazy<CkksContext> _context;

    private CkksParameters(int degree, int levels, int scaleBits, PrimeModulus[] primes, int specialPrimes)
    {
        (Degree, Levels, ScaleBits, Primes, SpecialPrimes) = (degree, levels, scaleBits, primes, specialPrimes);
        Digest = ComputeDigest();
        _context = new Lazy<CkksContext>(() => new CkksContext(this));
    }

    /// <summary>N: polynomials have N coefficients and ciphertexts N/2 slots.</summary>
    public int Degree { get; }

    /// <summary>Complex numbers that a ciphertext holds: N/2.</summary>
    public int Slots => Degree / 2;

    /// <summary>Rescalings that a fresh ciphertext can take; its level.</summary>
    public int Levels { get; }

    /// <summary>Bits of the primes that rescalings drop.</summary>
    public int ScaleBits { get; }

    /// <summary>The scale that encoders use unless told: 2^<see cref="ScaleBits"/>.</summary>
    public double Scale => Math.ScaleB(1, ScaleBits);

    /// <summary>Special primes of key switching, and primes of a digit.</summary>
    public int SpecialPrimes { get; }

    /// <summary>Bits of all primes together, rounded up; what the security table bounds.</summary>
    public int ModulusBits => (int)Math.Ceiling(Primes.Sum(prime => Math.Log2(prime.Value)) - 1e-9);

    /// <summary>The chain from the prime that is never dropped upwards, then the special primes.</summary>
    internal PrimeModulus[] Primes { get; }

    /// <summary>SHA-256 over everything above: files and objects of different parameters are told apart by it.</summary>
    internal byte[] Digest { get; }

    /// <summary>Tables and constants, made when first used.</summary>
    internal CkksContext Context => _context.Value;

    /// <summary>Most bits of all primes together for ring degree <paramref name="degree"/> at 128 bits of security.</summary>
    /// <param name="degree">A power of two in [4096, 65536].</param>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such degree.</exception>
    public static int MostBits(int degree) => IsDegree(degree)
        ? MostModulusBits[BitOperations.Log2((uint)(degree / LeastDegree))]
        : throw new ArgumentOutOfRangeException(nameof(degree), string.Create(
            CultureInfo.InvariantCulture, $"CkksParameters: degree must be 4096, 8192, 16384, 32768 or 65536; got {degree}. The security table has no other."));

    /// <summary>
    /// Parameters by their sizes: a first prime ten bits longer than the scale but of at most 50, <paramref name="levels"/> primes of
    /// <paramref name="scaleBits"/> bits, and
    /// <paramref name="specialPrimes"/> primes as long as the first. Equal arguments give equal primes, everywhere.
    /// </summary>
    /// <param name="degree">N: 4096, 8192, 16384, 32768 or 65536.</param>
    /// <param name="levels">Rescalings a fresh ciphertext can take, 1 to 31.</param>
    /// <param name="scaleBits">Bits of precision and noise together, 28 to 49.</param>
    /// <param name="specialPrimes">1 to 4. More make keys smaller and key switching faster, and cost as many bits of the table as the first prime each.</param>
    /// <exception cref="ArgumentException">The parameters are below 128 bits of security, or out of range. All that is wrong is named.</exception>
    public static CkksParameters Create(int degree, int levels, int scaleBits = 40, int specialPrimes = 1)
    {
        ArgumentErrors errors = new ArgumentErrors("CkksParameters.Create")
            .Require(IsDegree(degree), nameof(degree), degree, "must be 4096, 8192, 16384, 32768 or 65536", "The security table has no other.")
            .Require(levels is >= 1 and <= 31, nameof(levels), levels, "must lie in [1, 31]", "Give the number of multiplications that follow each other.")
            .Require(scaleBits is >= 28 and <= 49, nameof(scaleBits), scaleBits, "must lie in [28, 49]", "40 keeps about 25 bits after the point.")
            .Require(specialPrimes is >= 1 and <= 4, nameof(specialPrimes), specialPrimes, "must lie in [1, 4]", "Use 1 for few levels, 2 or 3 for many.");
        errors.Throw();
        int longest = Math.Min(MostPrimeBits, scaleBits + RoomBits);
        PrimeModulus[] special = PrimeModulus.FindNear(degree, longest, specialPrimes, []);
        PrimeModulus[] first = PrimeModulus.FindNear(degree, longest, 1, special);
        PrimeModulus[] middle = PrimeModulus.FindNear(degree, scaleBits, levels, [.. special, .. first]);
        CkksParameters parameters = new(degree, levels, scaleBits, [.. first, .. middle, .. special], specialPrimes);
        errors.Require(
            parameters.ModulusBits <= MostBits(degree),
            "levels, scaleBits and specialPrimes",
            parameters.ModulusBits,
            $"must keep the primes within {MostBits(degree)} bits at degree {degree} for 128 bits of security",
            "Use fewer or shorter primes, or twice the degree.").Throw();
        return parameters;
    }

    /// <inheritdoc/>
    public bool Equals(CkksParameters? other) => other is not null && Digest.AsSpan().SequenceEqual(other.Digest);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CkksParameters);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(Digest);

    /// <summary>The sizes in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"CKKS N = {Degree}, {Levels} levels of {ScaleBits} bits, {SpecialPrimes} special primes, {ModulusBits} of {MostBits(Degree)} bits");

    private static bool IsDegree(int degree) => degree is >= LeastDegree and <= MostDegree && BitOperations.IsPow2(degree);

    private byte[] ComputeDigest()
    {
        byte[] text = new byte[16 + (sizeof(ulong) * Primes.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(text, Degree);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(4), Levels);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(8), ScaleBits);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(12), SpecialPrimes);
        for (int i = 0; i < Primes.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(text.AsSpan(16 + (sizeof(ulong) * i)), Primes[i].Value);
        }

        return SHA256.HashData(text);
    }
}
