using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>The 128 normal numbers of one group of 16 blocks.</summary>
internal static unsafe class NoiseGroup
{
    /// <summary>Fills a group.</summary>
    /// <param name="state">The state with the counter of the group's first block.</param>
    /// <param name="output">128 elements.</param>
    /// <param name="vectorBits">512, 256 or 128; the result is the same.</param>
    public static void Fill(in ChaChaBlock state, float* output, int vectorBits)
    {
        for (int lane = 0; lane < NoiseLayout.GroupBlocks; lane++)
        {
            ChaChaBlock own = state;
            own.W12 += (uint)lane;
            ChaChaBlock block = ChaChaBlock.Compute(own);
            for (int pair = 0; pair < NoiseLayout.NormalsPerBlock / 2; pair++)
            {
                NormalPair normals = NoiseLayout.Pair(block, pair);
                output[(2 * pair * NoiseLayout.GroupBlocks) + lane] = normals.Cosine;
                output[(((2 * pair) + 1) * NoiseLayout.GroupBlocks) + lane] = normals.Sine;
            }
        }
    }
}
