using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>What a server needs to multiply (relinearisation) and rotate (Galois keys). Opens nothing.</summary>
public sealed class CkksEvaluationKeys
{
    internal CkksEvaluationKeys(CkksParameters parameters, KeyId id, SwitchingKey relinearisation, SortedDictionary<int, SwitchingKey> galois)
    {
        (Parameters, Id, Relinearisation, Galois) = (parameters, id, relinearisation, galois);
    }

    /// <summary>What they are for.</summary>
    public CkksParameters Parameters { get; }

    internal KeyId Id { get; }

    internal SwitchingKey Relinearisation { get; }

    /// <summary>By the exponent of the automorphism.</summary>
    internal SortedDictionary<int, SwitchingKey> Galois { get; }

    /// <summary>Writes them.</summary>
    /// <param name="stream">Where to, from the current place.</param>
    public void Save(Stream stream)
    {
        using CkksWriter writer = new(stream, CkksFileKind.EvaluationKeys, Parameters);
        writer.Write(Id);
        Write(writer, Relinearisation);
        writer.Write(Galois.Count);
        foreach ((int element, SwitchingKey key) in Galois)
        {
            writer.Write(element);
            Write(writer, key);
        }

        writer.Finish();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">From the current place to its end.</param>
    /// <param name="parameters">What they must be for; null takes the file's.</param>
    /// <exception cref="CkksException">The file is damaged, cut, longer than it should be, of another kind, or for other parameters.</exception>
    public static CkksEvaluationKeys Load(Stream stream, CkksParameters? parameters = null)
    {
        using CkksReader reader = new(stream, CkksFileKind.EvaluationKeys, parameters);
        KeyId id = reader.Key();
        (byte[] Seed, RnsPolynomial[] B) relinearisation = Read(reader);
        int count = reader.Int32("number of Galois keys", 0, reader.Parameters.Degree);
        SortedDictionary<int, (byte[] Seed, RnsPolynomial[] B)> galois = [];
        for (int i = 0; i < count; i++)
        {
            int element = reader.Int32("automorphism", 3, (2 * reader.Parameters.Degree) - 1);
            if (element % 2 == 0 || !galois.TryAdd(element, Read(reader)))
            {
                throw reader.Refusal($"the automorphism X^{element} is no automorphism or stands there twice");
            }
        }

        reader.Finish();
        CkksContext context = reader.Parameters.Context;
        SortedDictionary<int, SwitchingKey> keys = [];
        foreach ((int element, (byte[] seed, RnsPolynomial[] b)) in galois)
        {
            keys[element] = SwitchingKey.FromSeed(context, seed, b);
        }

        return new CkksEvaluationKeys(reader.Parameters, id, SwitchingKey.FromSeed(context, relinearisation.Seed, relinearisation.B), keys);
    }

    private void Write(CkksWriter writer, SwitchingKey key)
    {
        writer.Write(key.Seed);
        foreach (RnsPolynomial b in key.B)
        {
            writer.Write(b, Parameters.Primes);
        }
    }

    private static (byte[] Seed, RnsPolynomial[] B) Read(CkksReader reader)
    {
        byte[] seed = reader.Bytes(RandomKey.Bytes);
        RnsPolynomial[] b = new RnsPolynomial[SwitchingKey.Digits(reader.Parameters)];
        for (int digit = 0; digit < b.Length; digit++)
        {
            b[digit] = reader.Polynomial(reader.Parameters.Primes.Length, reader.Parameters.Primes);
        }

        return (seed, b);
    }
}
