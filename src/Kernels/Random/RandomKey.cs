using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Random;

/// <summary>
/// A 256-bit secret from which all random bits come. Its bytes are never printed; they are overwritten on <see cref="Dispose"/>.
/// Different uses derive different keys by <see cref="Derive"/>, so that no two uses share a key stream.
/// </summary>
public sealed class RandomKey : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int Bytes = 32;

    // Pinned, so that the collector leaves no stray copies of the secret when it compacts.
    private readonly byte[] _bytes = GC.AllocateArray<byte>(Bytes, pinned: true);
    private bool _disposed;

    private RandomKey()
    {
    }

    /// <summary>A fresh key from the operating system's cryptographic generator: the only source fit for noise that protects people.</summary>
    public static RandomKey FromOperatingSystem()
    {
        RandomKey key = new();
        RandomNumberGenerator.Fill(key._bytes);
        return key;
    }

    /// <summary>
    /// A key that anybody can recompute from <paramref name="seed"/>. <b>Gives no privacy at all</b>: whoever knows the seed can subtract
    /// the noise. For tests, simulated data and reproducible experiments on public data only.
    /// </summary>
    /// <param name="seed">Any number; equal seeds give equal keys.</param>
    public static RandomKey UnsafeFixed(ulong seed)
    {
        Span<byte> input = stackalloc byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(input, seed);
        RandomKey key = new();
        HKDF.DeriveKey(HashAlgorithmName.SHA256, input, key._bytes, salt: [], info: "FastDPMeta unsafe fixed key"u8);
        return key;
    }

    /// <summary>A key from 32 bytes that came from elsewhere, as a key agreement. They are copied.</summary>
    /// <param name="bytes">Exactly <see cref="Bytes"/> bytes that nobody else can guess.</param>
    /// <exception cref="ArgumentException">The length is not <see cref="Bytes"/>.</exception>
    public static RandomKey FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Bytes)
        {
            throw new ArgumentException($"A random key has {Bytes} bytes; got {bytes.Length}. Pass exactly {Bytes}.", nameof(bytes));
        }

        RandomKey key = new();
        bytes.CopyTo(key._bytes);
        return key;
    }

    /// <summary>
    /// An independent key for one purpose: HKDF with SHA-256 (RFC 5869), this key as input, the purpose as info.
    /// Without this key the derived ones look unrelated to each other and to it.
    /// </summary>
    /// <param name="purpose">Names the use, as <c>sampling</c> or <c>noise</c>; equal purposes give equal keys.</param>
    /// <exception cref="ArgumentException">The purpose is empty.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public RandomKey Derive(string purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        RandomKey key = new();
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, key._bytes, salt: [], info: Encoding.UTF8.GetBytes(purpose));
        return key;
    }

    /// <summary>
    /// Writes the key block that a noise kernel reads: the bits of eight key words and of the two halves of the round number,
    /// each in one float element. Does not allocate.
    /// </summary>
    /// <param name="words">At least <see cref="NoiseSpec.KeyWords"/> elements.</param>
    /// <param name="round">Round number; no round may be used twice with one key and stream.</param>
    /// <exception cref="ArgumentException">There is too little room.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void WriteNoiseKey(Span<float> words, ulong round)
    {
        if (words.Length < NoiseSpec.KeyWords)
        {
            throw new ArgumentException($"A noise key takes {NoiseSpec.KeyWords} elements; got room for {words.Length}.", nameof(words));
        }

        Span<uint> bits = MemoryMarshal.Cast<float, uint>(words);
        CopyWords(bits);
        bits[8] = (uint)round;
        bits[9] = (uint)(round >> 32);
    }

    /// <summary>Copies the eight key words (little-endian, as RFC 8439 reads a key).</summary>
    /// <param name="words">At least 8 elements.</param>
    internal void CopyWords(Span<uint> words)
    {
        ReadOnlySpan<byte> secret = Secret;
        for (int i = 0; i < Bytes / sizeof(uint); i++)
        {
            words[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(secret[(sizeof(uint) * i)..]);
        }
    }

    private ReadOnlySpan<byte> Secret
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>Overwrites the secret.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }

    /// <summary>Says that this is a key, not which.</summary>
    public override string ToString() => "RandomKey (256 bits, hidden)";
}
