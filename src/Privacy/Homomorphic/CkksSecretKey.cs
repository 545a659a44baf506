using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// The key that opens ciphertexts. Uniform ternary, from the operating system's generator; kept in pinned memory and overwritten by <see cref="Dispose"/>.
/// Operations on it take the same instructions whatever its
/// coefficients are; what .NET cannot promise (copies in registers, pages on disk) is said in docs/sharp-edges.md.
/// </summary>
public sealed class CkksSecretKey : IDisposable
{
    private readonly sbyte[] _coefficients;
    private readonly RnsPolynomial _values;
    private bool _disposed;

    internal CkksSecretKey(CkksParameters parameters, KeyId id, sbyte[] pinnedCoefficients)
    {
        (Parameters, Id, _coefficients) = (parameters, id, pinnedCoefficients);
        sbyte[] copy = GC.AllocateArray<sbyte>(pinnedCoefficients.Length, pinned: true);
        pinnedCoefficients.CopyTo(copy.AsSpan());
        _values = Encryption.Small(parameters.Context, parameters.Context.AllPrimes, copy);
    }

    /// <summary>What it is for.</summary>
    public CkksParameters Parameters { get; }

    internal KeyId Id { get; }

    internal ReadOnlySpan<sbyte> Coefficients => _disposed ? throw new ObjectDisposedException(nameof(CkksSecretKey)) : _coefficients;

    /// <summary>s as values modulo all primes.</summary>
    private RnsPolynomial Values => _disposed ? throw new ObjectDisposedException(nameof(CkksSecretKey)) : _values;

    /// <summary>A fresh key.</summary>
    /// <param name="parameters">What for.</param>
    public static CkksSecretKey Generate(CkksParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        sbyte[] coefficients = GC.AllocateArray<sbyte>(parameters.Degree, pinned: true);
        using RingSampler sampler = new();
        sampler.Ternary(coefficients);
        return new CkksSecretKey(parameters, KeyId.New(), coefficients);
    }

    /// <summary>A key with which anybody can encrypt.</summary>
    public CkksPublicKey CreatePublicKey()
    {
        CkksContext context = Parameters.Context;
        byte[] seed = SwitchingKey.NewSeed();
        using RingSampler sampler = new();
        RnsPolynomial mask = Encryption.Mask(context, seed, context.FirstSpecial);
        return new CkksPublicKey(Parameters, Id, seed, Encryption.MaskedError(context, mask, Values, sampler));
    }

    /// <summary>Keys with which a server multiplies and rotates, and opens nothing.</summary>
    /// <param name="rotations">Steps by which slots will be rotated; each costs a key.</param>
    /// <param name="conjugation">Whether there will be conjugations.</param>
    public CkksEvaluationKeys CreateEvaluationKeys(IEnumerable<int> rotations, bool conjugation = false)
    {
        ArgumentNullException.ThrowIfNull(rotations);
        CkksContext context = Parameters.Context;
        RnsPolynomial other = context.NewPolynomial(context.AllPrimes);
        for (int i = 0; i < other.Limbs; i++)
        {
            context.Kernels.Multiply(other.Limb(i), Values.Limb(i), Values.Limb(i), context.Prime(i));
        }

        SwitchingKey relinearisation = SwitchingKey.Create(context, Values, other);
        SortedDictionary<int, SwitchingKey> galois = [];
        IEnumerable<int> elements = rotations.Select(context.RotationElement).Concat(conjugation ? [context.ConjugationElement] : []).Where(element => element != 1);
        foreach (int element in elements.Distinct())
        {
            for (int i = 0; i < other.Limbs; i++)
            {
                context.Automorphism(other.Limb(i), Values.Limb(i), element);
            }

            galois[element] = SwitchingKey.Create(context, Values, other);
        }

        other.Clear();
        return new CkksEvaluationKeys(Parameters, Id, relinearisation, galois);
    }

    /// <summary>Encrypts with this key: half the size of public-key encryption in a file, and less error.</summary>
    /// <param name="plaintext">What.</param>
    /// <exception cref="CkksException">The plaintext has other parameters.</exception>
    public SeededCiphertext Encrypt(CkksPlaintext plaintext)
    {
        Require.Same(nameof(Encrypt), Parameters, plaintext.Parameters);
        (RnsPolynomial first, byte[] seed) = Encryption.Seeded(Parameters.Context, plaintext, Values);
        return new SeededCiphertext(Parameters, Id, first, seed, plaintext.Scale, plaintext.Magnitude, plaintext.Deviation + Parameters.Context.Noise.FreshSymmetric);
    }

    /// <summary>Opens a ciphertext. The result leaves the key's holder only through a <see cref="ReleasePolicy"/>: see <see cref="SecretSlots"/>.</summary>
    /// <param name="ciphertext">One that was made with this key or a key made from it.</param>
    /// <exception cref="CkksException">It was not, or has other parameters.</exception>
    public SecretSlots Decrypt(CkksCiphertext ciphertext)
    {
        Require.Same(nameof(Decrypt), Parameters, ciphertext.Parameters);
        Require.Key(nameof(Decrypt), Id, ciphertext.Key);
        RnsPolynomial phase = Phase(ciphertext);
        Complex[] slots = CkksEncoder.Decode(Parameters, phase, ciphertext.Scale);
        phase.Clear();
        return new SecretSlots(slots, ciphertext.ErrorBound);
    }

    /// <summary>c₀ + c₁·s + c₂·s² as values.</summary>
    internal RnsPolynomial Phase(CkksCiphertext ciphertext)
    {
        CkksContext context = Parameters.Context;
        RnsPolynomial phase = ciphertext.Parts[^1].Copy(ciphertext.Level + 1);
        for (int part = ciphertext.Parts.Length - 2; part >= 0; part--)
        {
            for (int i = 0; i < phase.Limbs; i++)
            {
                context.Kernels.Multiply(phase.Limb(i), phase.Limb(i), Values.Limb(i), context.Prime(i));
                context.Kernels.Add(phase.Limb(i), phase.Limb(i), ciphertext.Parts[part].Limb(i), context.Prime(i));
            }
        }

        return phase;
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose()
    {
        _coefficients.AsSpan().Clear();
        _values.Clear();
        _disposed = true;
    }

    /// <summary>Says that this is a key, not which.</summary>
    public override string ToString() => $"CkksSecretKey {Id} (hidden)";

    /// <summary>Writes the secret, unencrypted: make the file readable by its owner alone.</summary>
    /// <param name="stream">Where to, from the current place.</param>
    public void Save(Stream stream)
    {
        using CkksWriter writer = new(stream, CkksFileKind.SecretKey, Parameters);
        writer.Write(Id);
        writer.Write(MemoryMarshal.AsBytes(Coefficients));
        writer.Finish();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">From the current place to its end.</param>
    /// <param name="parameters">What it must be for; null takes the file's.</param>
    /// <exception cref="CkksException">The file is damaged, cut, longer than it should be, of another kind, or for other parameters.</exception>
    public static CkksSecretKey Load(Stream stream, CkksParameters? parameters = null)
    {
        using CkksReader reader = new(stream, CkksFileKind.SecretKey, parameters);
        KeyId id = reader.Key();
        byte[] bytes = reader.Bytes(reader.Parameters.Degree);
        sbyte[] coefficients = GC.AllocateArray<sbyte>(bytes.Length, pinned: true);
        bytes.CopyTo(MemoryMarshal.AsBytes(coefficients.AsSpan()));
        CryptographicOperations.ZeroMemory(bytes);
        if (coefficients.AsSpan().ContainsAnyExceptInRange((sbyte)-1, (sbyte)1))
        {
            throw reader.Refusal("a coefficient is none of -1, 0 and 1");
        }

        reader.Finish();
        return new CkksSecretKey(reader.Parameters, id, coefficients);
    }
}
