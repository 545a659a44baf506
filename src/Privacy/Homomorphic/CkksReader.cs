using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Reads what <see cref="CkksWriter"/> wrote. Believes nothing: sizes follow from checked parameters, no more than one polynomial is allocated before its
/// bytes are read, every residue must lie below its prime,
/// the checksum must hold and the stream must end. Objects are handed out only after <see cref="Finish"/>.
/// </summary>
internal sealed class CkksReader : IDisposable
{
    private readonly Stream _stream;
    private readonly CkksFileKind _kind;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Reads the header.</summary>
    /// <param name="stream">From its current place to its end.</param>
    /// <param name="kind">What it must hold.</param>
    /// <param name="expected">Parameters it must have; null for whatever it says.</param>
    public CkksReader(Stream stream, CkksFileKind kind, CkksParameters? expected)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (_stream, _kind) = (stream, kind);
        if (!Bytes(CkksWriter.Mark.Length).AsSpan().SequenceEqual(CkksWriter.Mark))
        {
            throw Refusal("this is no file of homomorphic encryption");
        }

        int first = Int32();
        if ((first & 0xffff) != CkksWriter.Version)
        {
            throw Refusal($"its version is {first & 0xffff} and this program reads {CkksWriter.Version}");
        }

        if (first >> 16 != (int)kind)
        {
            throw Refusal($"it holds a {(CkksFileKind)(first >> 16)}");
        }

        Parameters = ReadParameters(expected);
    }

    /// <summary>The file's parameters: the expected object, if one was given.</summary>
    public CkksParameters Parameters { get; }

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        try
        {
            _stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException exception)
        {
            throw new CkksException(Sentence("it ends too early"), exception);
        }

        _hash.AppendData(bytes);
        return bytes;
    }

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));

    /// <summary>A number that must lie in a range.</summary>
    public int Int32(string name, int least, int most)
    {
        int value = Int32();
        return value >= least && value <= most ? value : throw Refusal(string.Create(CultureInfo.InvariantCulture, $"its {name} is {value}, not in [{least}, {most}]"));
    }

    /// <summary>A finite number that must be at least <paramref name="least"/>.</summary>
    public double Double(string name, double least)
    {
        double value = BinaryPrimitives.ReadDoubleLittleEndian(Bytes(sizeof(double)));
        return value >= least && double.IsFinite(value) ? value : throw Refusal(string.Create(CultureInfo.InvariantCulture, $"its {name} is {value}, not finite and at least {least}"));
    }

    public KeyId Key() => new(BinaryPrimitives.ReadUInt128LittleEndian(Bytes(KeyId.Bytes)));

    /// <summary>One limb for each of the first primes.</summary>
    public RnsPolynomial Polynomial(int limbs, ReadOnlySpan<PrimeModulus> primes)
    {
        RnsPolynomial polynomial = new(Parameters.Degree, limbs);
        for (int i = 0; i < limbs; i++)
        {
            int width = CkksWriter.BitsOf(primes[i]);
            byte[] bytes = Bytes(Parameters.Degree * width / 8);
            UInt128 waiting = 0;
            int bits = 0;
            int place = 0;
            Span<double> limb = polynomial.Limb(i);
            for (int k = 0; k < limb.Length; k++)
            {
                for (; bits < width; bits += 8)
                {
                    waiting |= (UInt128)bytes[place++] << bits;
                }

                ulong residue = (ulong)waiting & ((1UL << width) - 1);
                if (residue >= primes[i].Value)
                {
                    throw Refusal("a residue is not below its prime");
                }

                limb[k] = primes[i].Centred(residue);
                waiting >>= width;
                bits -= width;
            }
        }

        return polynomial;
    }

    /// <summary>Checks the checksum and that nothing follows.</summary>
    public void Finish()
    {
        byte[] computed = _hash.GetHashAndReset();
        if (!Bytes(computed.Length).AsSpan().SequenceEqual(computed))
        {
            throw Refusal("its checksum is wrong: it was damaged or cut");
        }

        if (_stream.ReadByte() >= 0)
        {
            throw Refusal("more follows after its end");
        }
    }

    /// <summary>An exception that names the kind and what is wrong.</summary>
    public CkksException Refusal(string problem) => new(Sentence(problem));

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private string Sentence(string problem) => $"{_kind}: the file is refused: {problem}. Fetch it again from whoever made it.";

    private CkksParameters ReadParameters(CkksParameters? expected)
    {
        (int degree, int levels, int scaleBits, int specialPrimes) = (Int32(), Int32(), Int32(), Int32());
        byte[] digest = Bytes(SHA256.HashSizeInBytes);
        if (expected is not null)
        {
            return digest.AsSpan().SequenceEqual(expected.Digest) && degree == expected.Degree
                ? expected
                : throw Refusal($"its parameters are not {expected}");
        }

        try
        {
            CkksParameters parameters = CkksParameters.Create(degree, levels, scaleBits, specialPrimes);
            return digest.AsSpan().SequenceEqual(parameters.Digest) ? parameters : throw Refusal("the digest of its parameters is wrong");
        }
        catch (ArgumentException exception)
        {
            throw new CkksException(Sentence($"its parameters are no parameters ({exception.Message})"), exception);
        }
    }
}
