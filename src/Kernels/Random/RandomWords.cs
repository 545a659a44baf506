using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastDPMeta.Kernels.Cpu;

namespace FastDPMeta.Kernels.Random;

/// <summary>
/// Uniform 32-bit words from ChaCha20 under one key, stream and round, 256 at a time on the processor's vectors: for samplers that need many. Equal
/// (key, stream, round) give equal words on every machine. Allocates nothing after construction. Not thread-safe.
/// </summary>
/// <remarks>
/// The words are those of <see cref="RandomStream"/> in another order, so the two must not share key, stream and round: derive one key for each purpose
/// (<see cref="RandomKey.Derive"/>). There are 2³⁶ words; asking for more throws rather than repeat them.
/// </remarks>
public sealed class RandomWords : IDisposable
{
    // Pinned, so that the collector leaves no stray copies of the bits when it compacts.
    private readonly uint[] _words = GC.AllocateArray<uint>(CpuWords.Count, pinned: true);
    private NoiseStart _start;
    private ChaChaBlock _state;
    private uint _counter;
    private int _next = CpuWords.Count;
    private bool _exhausted;
    private bool _disposed;

    /// <summary>Starts at the beginning of a stream.</summary>
    /// <param name="key">The secret; it is copied and may be disposed afterwards.</param>
    /// <param name="stream">Separates uses of one key and round.</param>
    /// <param name="round">Separates uses over time.</param>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public RandomWords(RandomKey key, uint stream = 0, ulong round = 0)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<uint> words = stackalloc uint[8];
        key.CopyWords(words);
        _state = NoiseLayout.State(words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7], 0, 0, 0);
        words.Clear();
        MoveTo(stream, round);
    }

    /// <summary>Goes to the beginning of another stream of the same key, as if newly made. Does not allocate.</summary>
    /// <param name="stream">Separates uses of one key and round.</param>
    /// <param name="round">Separates uses over time; going back to an earlier one repeats its words.</param>
    /// <exception cref="ObjectDisposedException">The words were disposed of.</exception>
    public void MoveTo(uint stream, ulong round)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _state.W13 = stream;
        _state.W14 = (uint)round;
        _state.W15 = (uint)(round >> 32);
        _start = NoiseStart.Of(_state);
        _counter = 0;
        _exhausted = false;
        _next = CpuWords.Count;
    }

    /// <summary>32 uniform bits.</summary>
    /// <exception cref="InvalidOperationException">The stream has ended (256 GiB).</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Next()
    {
        uint[] words = _words;
        int next = _next;
        if ((uint)next >= (uint)words.Length)
        {
            Refill();
            next = 0;
        }

        _next = next + 1;
        return words[next];
    }

    /// <summary>64 uniform bits; the first 32 are the low half.</summary>
    public ulong NextUInt64()
    {
        ulong low = Next();
        return low | ((ulong)Next() << 32);
    }

    /// <summary>Overwrites the copy of the key and the words made from it.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_words.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref _state, 1)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref _start, 1)));
        _next = CpuWords.Count;
        _disposed = true;
    }

    /// <summary>Test seam: the next words are these, then the stream goes on.</summary>
    internal void Preload(params ReadOnlySpan<uint> words)
    {
        _next = CpuWords.Count - words.Length;
        words.CopyTo(_words.AsSpan(_next));
    }

    private void Refill()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_exhausted)
        {
            throw new InvalidOperationException("RandomWords: all 2^32 blocks are used. Take another stream or round number.");
        }

        CpuWords.Fill(in _start, _counter, _words);
        _counter += NoiseLayout.GroupBlocks;
        _exhausted = _counter == 0;
    }
}
