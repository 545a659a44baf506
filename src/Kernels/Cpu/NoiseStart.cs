using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>What all blocks of one key, stream and round share.</summary>
internal unsafe struct NoiseStart
{
    /// <summary>The state at counter 0.</summary>
    public fixed uint State[16];

    /// <summary>
    /// The state after the first column mixing, but for column 0 (words 0, 4, 8 and 12): only that one holds the counter, so the other
    /// three are mixed once for all blocks.
    /// </summary>
    public fixed uint Mixed[16];

    /// <summary>Prepares <paramref name="state"/>; its counter is ignored.</summary>
    public static NoiseStart Of(ChaChaBlock state)
    {
        NoiseStart start = default;
        state.W12 = 0;
        new Span<uint>(&state, 16).CopyTo(new Span<uint>(start.State, 16)); // a block is sixteen words in order
        ChaChaBlock.Quarter(ref state.W1, ref state.W5, ref state.W9, ref state.W13);
        ChaChaBlock.Quarter(ref state.W2, ref state.W6, ref state.W10, ref state.W14);
        ChaChaBlock.Quarter(ref state.W3, ref state.W7, ref state.W11, ref state.W15);
        new Span<uint>(&state, 16).CopyTo(new Span<uint>(start.Mixed, 16));
        return start;
    }
}
