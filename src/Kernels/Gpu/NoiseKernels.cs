using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;
using ILGPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Standard normals from ChaCha20 as <see cref="NoiseLayout"/> lays them out: one thread computes one block and stores its eight numbers,
/// neighbours to neighbours. The random words are those of every other device; the normals agree to a few ulp.
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

    /// <summary>The eight numbers of block <paramref name="place"/>.</summary>
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
        Store(arena, output, count, first, NoiseLayout.Normals(words.W0, words.W1, words.W2, words.W3));
        Store(arena, output, count, first + (2 * NoiseLayout.GroupBlocks), NoiseLayout.Normals(words.W4, words.W5, words.W6, words.W7));
        Store(arena, output, count, first + (4 * NoiseLayout.GroupBlocks), NoiseLayout.Normals(words.W8, words.W9, words.W10, words.W11));
        Store(arena, output, count, first + (6 * NoiseLayout.GroupBlocks), NoiseLayout.Normals(words.W12, words.W13, words.W14, words.W15));
    }

    private static uint Word(ArrayView<float> arena, int key, int word) => (uint)BitConverter.SingleToInt32Bits(arena[key + word]);

    private static void Store(ArrayView<float> arena, int output, int count, int place, NormalPair pair)
    {
        if (place < count)
        {
            arena[output + place] = pair.Cosine;
        }

        if (place + NoiseLayout.GroupBlocks < count)
        {
            arena[output + place + NoiseLayout.GroupBlocks] = pair.Sine;
        }
    }
}
