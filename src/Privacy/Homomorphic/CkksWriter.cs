using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Writes one object: a mark, version, kind, parameters and their digest, the object, and SHA-256 over all of it. The checksum finds damage, not forgery:
/// whoever can write the file can write the checksum.
/// Numbers are little-endian; residues are packed by the bits of their prime.
/// </summary>
internal sealed class CkksWriter : IDisposable
{
    /// <summary>First bytes of every file.</summary>
    public static ReadOnlySpan<byte> Mark => "FDPMCKKS"u8;

    /// <summary>Changes whenever the layout, the expansion of seeds or the choice of primes and roots does.</summary>
    public const short Version = 1;

    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public CkksWriter(Stream stream, CkksFileKind kind, CkksParameters parameters)
    {
        _stream = stream;
        Write(Mark);
        Write((int)kind << 16 | Version);
        Write(parameters.Degree);
        Write(parameters.Levels);
        Write(parameters.ScaleBits);
        Write(parameters.SpecialPrimes);
        Write(parameters.Digest);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _stream.Write(bytes);
    }

    public void Write(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Write(bytes);
    }

    public void Write(double value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Write(bytes);
    }

    public void Write(KeyId id)
    {
        Span<byte> bytes = stackalloc byte[KeyId.Bytes];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, id.Value);
        Write(bytes);
    }

    /// <summary>Residues modulo the first of <paramref name="primes"/>, one limb each.</summary>
    public void Write(RnsPolynomial polynomial, ReadOnlySpan<PrimeModulus> primes)
    {
        for (int i = 0; i < polynomial.Limbs; i++)
        {
            int width = BitsOf(primes[i]);
            byte[] bytes = new byte[polynomial.Degree * width / 8];
            UInt128 waiting = 0;
            int bits = 0;
            int place = 0;
            foreach (double residue in polynomial.Limb(i))
            {
                waiting |= (UInt128)primes[i].Canonical(residue) << bits;
                for (bits += width; bits >= 8; bits -= 8, waiting >>= 8)
                {
                    bytes[place++] = (byte)waiting;
                }
            }

            Write(bytes);
        }
    }

    /// <summary>The checksum: the last thing to write.</summary>
    public void Finish() => _stream.Write(_hash.GetHashAndReset());

    /// <summary>Bits of a packed residue.</summary>
    public static int BitsOf(PrimeModulus prime) => BitOperations.Log2(prime.Value) + 1;

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
