using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;
using ILGPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Standard normals from ChaCha20 as <see cref="NoiseLayout"/> lays them out: one thread computes one block and stores its fourteen numbers,
/// neighbours to neighbours. The random words are those of every other device; the normals agree to a few roundings.
/// </summary>
internal static class NoiseKernels
{
    /// <summary>The kernel of <paramref name="spec"/>.</summary>
    public static GpuKernel Build(NoiseSpec spec, GpuLimits limits) => BatchKernels.PerThread(
        spec,
        (spec.Count + (long)NoiseLayout.GroupSize - 1) / NoiseLayout.GroupSize * NoiseLayout.GroupBlocks,
        spec.Batch,
        [spec.KeyBatch, spec.OutputBatch],
        typeof(NoiseKernels).GetMethod(nameof(Block))!,
        [spec.Count, (int)spec.Stream],
        limits);

    /// <summary>The fourteen numbers of block <paramref name="place"/>.</summary>
    public static void Block(ArrayView<float> arena, int place, int key, int output, int count, int stream)
    {
        ChaChaBlock state = NoiseLayout.State(
            Word(arena, key, 0),
            Word(arena, key, 1),
            Word(arena, key, 2),
            Word(arena, key, 3),
            Word(arena, key, 4),
            Word(arena, key, 5),
            Word(arena, key, 6),
            Word(arena, key, 7),
            (uint)stream,
            Word(arena, key, 8),
            Word(arena, key, 9));
        state.W12 = (uint)place;
        ChaChaBlock words = ChaChaBlock.Compute(state);
        int first = (place / NoiseLayout.GroupBlocks * NoiseLayout.GroupSize) + (place % NoiseLayout.GroupBlocks);
        uint low = words.W14;
        Store(arena, output, count, first, NoiseLayout.Normals<ContractedMultiplyAdd>(words.W0, words.W1, low));
        low += words.W15;
        Store(arena, output, count, first + (2 * NoiseLayout.GroupBlocks), NoiseLayout.Normals<ContractedMultiplyAdd>(words.W2, words.W3, low));
        low += words.W15;
        Store(arena, output, count, first + (4 * NoiseLayout.GroupBlocks), NoiseLayout.Normals<ContractedMultiplyAdd>(words.W4, words.W5, low));
        low += words.W15;
        Store(arena, output, count, first + (6 * NoiseLayout.GroupBlocks), NoiseLayout.Normals<ContractedMultiplyAdd>(words.W6, words.W7, low));
        low += words.W15;
        Store(arena, output, count, first + (8 * NoiseLayout.GroupBlocks), NoiseLayout.Normals<ContractedMultiplyAdd>(words.W8, words.W9, low));
        low += words.W15;
        Store(arena, output, count, first + (10 * NoiseLayout.GroupBlocks), NoiseLayout.Normals<ContractedMultiplyAdd>(words.W10, words.W11, low));
        low += words.W15;
        Store(arena, output, count, first + (12 * NoiseLayout.GroupBlocks), NoiseLayout.Normals<ContractedMultiplyAdd>(words.W12, words.W13, low));
    }

    private static uint Word(ArrayView<float> arena, int key, int word) => (uint)BitConverter.SingleToInt32Bits(arena[key + word]);

    private static void Store(ArrayView<float> arena, int output, int count, int place, NormalPair pair)
    {
        if (place < count)
        {
            arena[output + place] = pair.First;
        }

        if (place + NoiseLayout.GroupBlocks < count)
        {
            arena[output + place + NoiseLayout.GroupBlocks] = pair.Second;
        }
    }
}
