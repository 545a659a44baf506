using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FastDPMeta.Kernels.Random;

/// <summary>
/// Random numbers one after another from ChaCha20 under one key, stream and round: for sampling, shuffling and initial weights on the host.
/// Equal (key, stream, round) give equal numbers on every machine. Allocates nothing after construction. Not thread-safe.
/// </summary>
/// <remarks>
/// A stream and a noise kernel with equal key, stream and round number would give related bits: derive one key for each purpose
/// (<see cref="RandomKey.Derive"/>). A stream ends after 256 GiB; asking for more throws rather than repeat itself.
/// </remarks>
public sealed class RandomStream : IDisposable
{
    private const int WordsPerBlock = 16;
    private const double TwoToMinus53 = 1.0 / (1L << 53);
    private const double TwoTo64 = 18446744073709551616.0;

    private ChaChaBlock _state;
    private ChaChaBlock _block;
    private int _used = WordsPerBlock;
    private bool _exhausted;
    private bool _disposed;
    private double _spare;
    private bool _hasSpare;

    /// <summary>Starts at the beginning of a stream.</summary>
    /// <param name="key">The secret; it is copied and may be disposed afterwards.</param>
    /// <param name="stream">Separates uses of one key and round.</param>
    /// <param name="round">Separates uses over time.</param>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public RandomStream(RandomKey key, uint stream = 0, ulong round = 0)
    {
        ArgumentNullException.ThrowIfNull(key);
        Restart(key, stream, round);
    }

    /// <summary>Starts at the beginning of another stream, as if newly made, without allocating: for one short stream per task.</summary>
    /// <param name="key">The secret; it is copied.</param>
    /// <param name="stream">Separates uses of one key and round.</param>
    /// <param name="round">Separates uses over time.</param>
    internal void Restart(RandomKey key, uint stream, ulong round)
    {
        _used = WordsPerBlock;
        _exhausted = false;
        _hasSpare = false;
        _state = default;
        _state.W0 = ChaChaBlock.Constant0;
        _state.W1 = ChaChaBlock.Constant1;
        _state.W2 = ChaChaBlock.Constant2;
        _state.W3 = ChaChaBlock.Constant3;
        key.CopyWords(MemoryMarshal.CreateSpan(ref _state.W4, 8));
        _state.W13 = stream;
        _state.W14 = (uint)round;
        _state.W15 = (uint)(round >> 32);
    }

    /// <summary>Goes to the beginning of another round: what a new stream with the same key and stream number would give, without allocating.</summary>
    /// <param name="round">Separates uses over time; going back to an earlier round repeats its numbers.</param>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    public void MoveToRound(ulong round)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _state.W12 = 0;
        _state.W14 = (uint)round;
        _state.W15 = (uint)(round >> 32);
        _used = WordsPerBlock;
        _exhausted = false;
        _hasSpare = false;
    }

    /// <summary>32 uniform bits.</summary>
    /// <exception cref="InvalidOperationException">The stream has ended (256 GiB).</exception>
    public uint NextUInt32()
    {
        if (_used == WordsPerBlock)
        {
            Refill();
        }

        return Unsafe.Add(ref _block.W0, _used++); // _used < 16 fields
    }

    /// <summary>64 uniform bits; the first 32 are the low half.</summary>
    public ulong NextUInt64()
    {
        ulong low = NextUInt32();
        return low | ((ulong)NextUInt32() << 32);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * TwoToMinus53;

    /// <summary>Uniform in 0 .. <paramref name="bound"/> - 1 without bias (Lemire 2019, "Fast random integer generation in an interval").</summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        uint range = (uint)bound;
        ulong product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            uint threshold = (0u - range) % range;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt32() * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Uniform in 0 .. <paramref name="bound"/> - 1 without bias, for bounds beyond 32 bits.</summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is 0.</exception>
    public ulong NextUInt64(ulong bound)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        ulong high = Math.BigMul(NextUInt64(), bound, out ulong low);
        if (low < bound)
        {
            ulong threshold = (0UL - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), bound, out low);
            }
        }

        return high;
    }

    /// <summary>
    /// Standard normal (Box and Muller 1958) in double precision from 64-bit uniforms, so that tails reach 9.4 standard deviations.
    /// Ordinary floating-point noise: the secure mechanisms of the privacy layer use exact discrete noise instead.
    /// </summary>
    public double NextGaussian()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        double radius = Math.Sqrt(-2.0 * LogUniform(NextUInt64()));
        (double sine, double cosine) = Math.SinCos(2.0 * Math.PI * NextDouble());
        _spare = radius * sine;
        _hasSpare = true;
        return radius * cosine;
    }

    /// <summary>
    /// True with probability exactly <paramref name="probability"/>, to its last bit: 64 random bits are compared with the leading 64
    /// bits of the probability, and further ones only where those are equal.
    /// </summary>
    /// <param name="probability">From 0 (never) to 1 (always).</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1].</exception>
    public bool Bernoulli(double probability)
    {
        if (!(probability is >= 0.0 and <= 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Bernoulli: the probability must lie in [0, 1].");
        }

        double rest = probability;
        while (rest is > 0.0 and < 1.0)
        {
            double scaled = rest * TwoTo64; // a power of two: exact
            ulong leading = (ulong)scaled;
            ulong draw = NextUInt64();
            if (draw != leading)
            {
                return draw < leading;
            }

            rest = scaled - Math.Floor(scaled); // exact: the trailing bits of the same number
        }

        return rest >= 1.0;
    }

    /// <summary>Puts the values in uniformly random order (Fisher and Yates).</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="values">What to shuffle, in place.</param>
    public void Shuffle<T>(Span<T> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int other = NextInt(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    /// <summary>Fills with uniform bytes. Starts at a fresh word: bytes left of the last word are dropped.</summary>
    /// <param name="bytes">What to fill.</param>
    public void Fill(Span<byte> bytes)
    {
        while (bytes.Length >= sizeof(uint))
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes, NextUInt32());
            bytes = bytes[sizeof(uint)..];
        }

        uint word = bytes.IsEmpty ? 0 : NextUInt32();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(word >> (8 * i));
        }
    }

    /// <summary>Overwrites the copy of the key and the bits made from it.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref _state, 1)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref _block, 1)));
        _spare = 0;
        _used = WordsPerBlock;
        _disposed = true;
    }

    /// <summary>ln((bits + ½)·2⁻⁶⁴), from the complement where the argument is near 1 so that small radii keep their precision.</summary>
    private static double LogUniform(ulong bits)
    {
        if (bits < 1UL << 63)
        {
            return Math.Log((bits + 0.5) / TwoTo64);
        }

        double rest = (~bits + 0.5) / TwoTo64; // 1 - u
        double sum = 1.0 - rest;
        return sum == 1.0 ? -rest : Math.Log(sum) * (-rest / (sum - 1.0)); // ln(1-t) as in Goldberg 1991, theorem 4
    }

    private void Refill()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_exhausted)
        {
            throw new InvalidOperationException("RandomStream: all 2^32 blocks are used. Take another stream or round number.");
        }

        _block = ChaChaBlock.Compute(_state);
        _state.W12++;
        _exhausted = _state.W12 == 0;
        _used = 0;
    }
}
