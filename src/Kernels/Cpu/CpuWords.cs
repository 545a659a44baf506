using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Words of ChaCha20 in bulk, as many blocks side by side as a vector has lanes.</summary>
internal static unsafe class CpuWords
{
    /// <summary>Words of one call: those of 16 blocks.</summary>
    public const int Count = NoiseLayout.GroupBlocks * 16;

    /// <summary>
    /// The words of blocks <paramref name="counter"/> to counter + 15: word i of block b is <c>words[16·i + b]</c>, whatever the machine's vectors.
    /// </summary>
    /// <param name="start">Key, stream and round.</param>
    /// <param name="counter">A multiple of 16.</param>
    /// <param name="words"><see cref="Count"/> elements.</param>
    public static void Fill(in NoiseStart start, uint counter, Span<uint> words)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(words.Length, Count);
        fixed (NoiseStart* first = &start)
        fixed (uint* output = words)
        {
            switch (CpuDevice.HardwareVectorBits)
            {
                case 512:
                    Fill<NoiseLane512, Vector512<uint>>(first, counter, output);
                    break;
                case 256:
                    Fill<NoiseLane256, Vector256<uint>>(first, counter, output);
                    break;
                default:
                    Fill<NoiseLane128, Vector128<uint>>(first, counter, output);
                    break;
            }
        }
    }

    // Every store stays within the 16 groups of 16 words that the caller's span has.
    private static void Fill<TLane, TVector>(NoiseStart* start, uint counter, uint* output)
        where TLane : struct, INoiseLane<TVector>
        where TVector : unmanaged
    {
        TVector* block = stackalloc TVector[16];
        for (int lane = 0; lane < NoiseLayout.GroupBlocks; lane += TLane.Count)
        {
            NoiseGroup<TLane, TVector>.Blocks(start, counter + (uint)lane, block);
            for (int word = 0; word < 16; word++)
            {
                TLane.Store(block[word], (float*)(output + (NoiseLayout.GroupBlocks * word) + lane));
            }
        }
    }
}
