namespace FastDPMeta.Kernels.Random;

/// <summary>
/// Sixteen 32-bit words: a ChaCha20 state before, and a key stream block after <see cref="Compute"/>. Fields rather than an array,
/// so that the same code compiles for GPUs.
/// </summary>
/// <remarks>
/// The layout is that of RFC 8439, section 2.3, with its 96-bit nonce read as our stream and round numbers:
/// words 0–3 constants, 4–11 key, 12 block counter, 13 stream, 14–15 low and high half of the round.
/// </remarks>
internal struct ChaChaBlock
{
    /// <summary>"expa" in little-endian ASCII: first constant of RFC 8439.</summary>
    public const uint Constant0 = 0x61707865;

    /// <summary>"nd 3": second constant.</summary>
    public const uint Constant1 = 0x3320646e;

    /// <summary>"2-by": third constant.</summary>
    public const uint Constant2 = 0x79622d32;

    /// <summary>"te k": fourth constant.</summary>
    public const uint Constant3 = 0x6b206574;

    /// <summary>A double round mixes columns, then diagonals; ChaCha20 has ten of them.</summary>
    public const int DoubleRounds = 10;

    public uint W0, W1, W2, W3, W4, W5, W6, W7, W8, W9, W10, W11, W12, W13, W14, W15;

    /// <summary>The key stream block of the state <paramref name="s"/>: twenty rounds, then the state added.</summary>
    /// <param name="s">The state.</param>
    public static ChaChaBlock Compute(ChaChaBlock s)
    {
        ChaChaBlock x = s;
        for (int i = 0; i < DoubleRounds; i++)
        {
            Quarter(ref x.W0, ref x.W4, ref x.W8, ref x.W12);
            Quarter(ref x.W1, ref x.W5, ref x.W9, ref x.W13);
            Quarter(ref x.W2, ref x.W6, ref x.W10, ref x.W14);
            Quarter(ref x.W3, ref x.W7, ref x.W11, ref x.W15);
            Quarter(ref x.W0, ref x.W5, ref x.W10, ref x.W15);
            Quarter(ref x.W1, ref x.W6, ref x.W11, ref x.W12);
            Quarter(ref x.W2, ref x.W7, ref x.W8, ref x.W13);
            Quarter(ref x.W3, ref x.W4, ref x.W9, ref x.W14);
        }

        x.W0 += s.W0;
        x.W1 += s.W1;
        x.W2 += s.W2;
        x.W3 += s.W3;
        x.W4 += s.W4;
        x.W5 += s.W5;
        x.W6 += s.W6;
        x.W7 += s.W7;
        x.W8 += s.W8;
        x.W9 += s.W9;
        x.W10 += s.W10;
        x.W11 += s.W11;
        x.W12 += s.W12;
        x.W13 += s.W13;
        x.W14 += s.W14;
        x.W15 += s.W15;
        return x;
    }

    /// <summary>The quarter round of RFC 8439, section 2.1.</summary>
    public static void Quarter(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        a += b;
        d ^= a;
        d = (d << 16) | (d >> 16);
        c += d;
        b ^= c;
        b = (b << 12) | (b >> 20);
        a += b;
        d ^= a;
        d = (d << 8) | (d >> 24);
        c += d;
        b ^= c;
        b = (b << 7) | (b >> 25);
    }
}
