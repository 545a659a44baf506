using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// A fresh ciphertext of the secret key, with the seed in place of its second part: half the size, for upload. <see cref="Expand"/> it to compute.
/// </summary>
public sealed class SeededCiphertext
{
    internal SeededCiphertext(CkksParameters parameters, KeyId key, RnsPolynomial first, byte[] seed, double scale, double magnitude, double deviation)
    {
        (Parameters, Key, First, Seed, Scale, Magnitude, Deviation) = (parameters, key, first, seed, scale, magnitude, deviation);
    }

    /// <summary>What it was encrypted for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>What the slots were multiplied by.</summary>
    public double Scale { get; }

    /// <summary>A bound on the absolute value of slots.</summary>
    public double Magnitude { get; }

    internal KeyId Key { get; }

    internal RnsPolynomial First { get; }

    internal byte[] Seed { get; }

    internal double Deviation { get; }

    /// <summary>The ciphertext, both parts.</summary>
    public CkksCiphertext Expand() =>
        new(Parameters, Key, [First, Encryption.Mask(Parameters.Context, Seed, First.Limbs)], Scale, Magnitude, Deviation);

    /// <summary>Writes it.</summary>
    /// <param name="stream">Where to, from the current place.</param>
    public void Save(Stream stream)
    {
        using CkksWriter writer = new(stream, CkksFileKind.SeededCiphertext, Parameters);
        writer.Write(Key);
        writer.Write(First.Limbs - 1);
        writer.Write(Scale);
        writer.Write(Magnitude);
        writer.Write(Deviation);
        writer.Write(Seed);
        writer.Write(First, Parameters.Primes);
        writer.Finish();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">From the current place to its end.</param>
    /// <param name="parameters">What it must be for; null takes the file's.</param>
    /// <exception cref="CkksException">The file is damaged, cut, longer than it should be, of another kind, or for other parameters.</exception>
    public static SeededCiphertext Load(Stream stream, CkksParameters? parameters = null)
    {
        using CkksReader reader = new(stream, CkksFileKind.SeededCiphertext, parameters);
        KeyId key = reader.Key();
        int level = reader.Int32("level", 0, reader.Parameters.Levels);
        double scale = reader.Double("scale", 1);
        double magnitude = reader.Double("magnitude", 0);
        double deviation = reader.Double("error", 0);
        byte[] seed = reader.Bytes(RandomKey.Bytes);
        RnsPolynomial first = reader.Polynomial(level + 1, reader.Parameters.Primes);
        reader.Finish();
        return new SeededCiphertext(reader.Parameters, key, first, seed, scale, magnitude, deviation);
    }
}
