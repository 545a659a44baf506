using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>The key with which anybody encrypts: an encryption (b, a) of 0. Opens nothing.</summary>
public sealed class CkksPublicKey
{
    internal CkksPublicKey(CkksParameters parameters, KeyId id, byte[] seed, RnsPolynomial b)
    {
        (Parameters, Id, Seed, B) = (parameters, id, seed, b);
        A = Encryption.Mask(parameters.Context, seed, b.Limbs);
    }

    /// <summary>What it is for.</summary>
    public CkksParameters Parameters { get; }

    internal KeyId Id { get; }

    internal byte[] Seed { get; }

    internal RnsPolynomial B { get; }

    private RnsPolynomial A { get; }

    /// <summary>Encrypts: (b·u + e₀ + m, a·u + e₁) with u ternary, all fresh from the operating system.</summary>
    /// <param name="plaintext">What.</param>
    /// <exception cref="CkksException">The plaintext has other parameters.</exception>
    public CkksCiphertext Encrypt(CkksPlaintext plaintext)
    {
        Require.Same(nameof(Encrypt), Parameters, plaintext.Parameters);
        CkksContext context = Parameters.Context;
        int limbs = plaintext.Level + 1;
        using RingSampler sampler = new();
        sbyte[] ternary = GC.AllocateArray<sbyte>(Parameters.Degree, pinned: true);
        sampler.Ternary(ternary);
        RnsPolynomial u = Encryption.Small(context, limbs, ternary);
        RnsPolynomial first = Encryption.Error(context, limbs, sampler);
        RnsPolynomial second = Encryption.Error(context, limbs, sampler);
        for (int i = 0; i < limbs; i++)
        {
            context.Kernels.MultiplyAdd(first.Limb(i), B.Limb(i), u.Limb(i), context.Prime(i));
            context.Kernels.MultiplyAdd(second.Limb(i), A.Limb(i), u.Limb(i), context.Prime(i));
            context.Kernels.Add(first.Limb(i), first.Limb(i), plaintext.Values.Limb(i), context.Prime(i));
        }

        u.Clear();
        return new CkksCiphertext(Parameters, Id, [first, second], plaintext.Scale, plaintext.Magnitude, plaintext.Deviation + context.Noise.FreshPublic);
    }

    /// <summary>Writes it.</summary>
    /// <param name="stream">Where to, from the current place.</param>
    public void Save(Stream stream)
    {
        using CkksWriter writer = new(stream, CkksFileKind.PublicKey, Parameters);
        writer.Write(Id);
        writer.Write(Seed);
        writer.Write(B, Parameters.Primes);
        writer.Finish();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">From the current place to its end.</param>
    /// <param name="parameters">What it must be for; null takes the file's.</param>
    /// <exception cref="CkksException">The file is damaged, cut, longer than it should be, of another kind, or for other parameters.</exception>
    public static CkksPublicKey Load(Stream stream, CkksParameters? parameters = null)
    {
        using CkksReader reader = new(stream, CkksFileKind.PublicKey, parameters);
        KeyId id = reader.Key();
        byte[] seed = reader.Bytes(RandomKey.Bytes);
        RnsPolynomial b = reader.Polynomial(reader.Parameters.Levels + 1, reader.Parameters.Primes);
        reader.Finish();
        return new CkksPublicKey(reader.Parameters, id, seed, b);
    }
}
