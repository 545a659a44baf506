using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// The 128 normal numbers of one group of 16 blocks: sixteen blocks side by side, each ChaCha20 word a vector over the blocks, then
/// <see cref="NoiseLayout.Normals"/> line by line. Written once with 512-bit vectors, which the compiler splits where the hardware has
/// narrower ones; no fused multiply-adds, so every width and the scalar form give the same bits.
/// </summary>
internal static unsafe class NoiseGroup
{
    /// <summary>Fills a group.</summary>
    /// <param name="state">The state with the counter of the group's first block.</param>
    /// <param name="output">128 elements.</param>
    public static void Fill(in ChaChaBlock state, float* output)
    {
        Vector512<uint>* words = stackalloc Vector512<uint>[16];
        Blocks(in state, words);
        for (int pair = 0; pair < NoiseLayout.NormalsPerBlock / 2; pair++)
        {
            Vector512<uint>* w = words + (4 * pair);
            float* even = output + (2 * pair * NoiseLayout.GroupBlocks);
            Normals(w[0], w[1], w[2], w[3], even, even + NoiseLayout.GroupBlocks);
        }
    }

    /// <summary>Sixteen key stream blocks with consecutive counters: lane l of word i is word i of block l.</summary>
    private static void Blocks(in ChaChaBlock state, Vector512<uint>* words)
    {
        Vector512<uint> counter = Vector512.Create(state.W12) + Vector512<uint>.Indices;
        Vector512<uint> x0 = Vector512.Create(state.W0), x1 = Vector512.Create(state.W1), x2 = Vector512.Create(state.W2), x3 = Vector512.Create(state.W3);
        Vector512<uint> x4 = Vector512.Create(state.W4), x5 = Vector512.Create(state.W5), x6 = Vector512.Create(state.W6), x7 = Vector512.Create(state.W7);
        Vector512<uint> x8 = Vector512.Create(state.W8), x9 = Vector512.Create(state.W9), xa = Vector512.Create(state.W10), xb = Vector512.Create(state.W11);
        Vector512<uint> xc = counter, xd = Vector512.Create(state.W13), xe = Vector512.Create(state.W14), xf = Vector512.Create(state.W15);
        for (int round = 0; round < ChaChaBlock.DoubleRounds; round++)
        {
            Quarter(ref x0, ref x4, ref x8, ref xc);
            Quarter(ref x1, ref x5, ref x9, ref xd);
            Quarter(ref x2, ref x6, ref xa, ref xe);
            Quarter(ref x3, ref x7, ref xb, ref xf);
            Quarter(ref x0, ref x5, ref xa, ref xf);
            Quarter(ref x1, ref x6, ref xb, ref xc);
            Quarter(ref x2, ref x7, ref x8, ref xd);
            Quarter(ref x3, ref x4, ref x9, ref xe);
        }

        words[0] = x0 + Vector512.Create(state.W0);
        words[1] = x1 + Vector512.Create(state.W1);
        words[2] = x2 + Vector512.Create(state.W2);
        words[3] = x3 + Vector512.Create(state.W3);
        words[4] = x4 + Vector512.Create(state.W4);
        words[5] = x5 + Vector512.Create(state.W5);
        words[6] = x6 + Vector512.Create(state.W6);
        words[7] = x7 + Vector512.Create(state.W7);
        words[8] = x8 + Vector512.Create(state.W8);
        words[9] = x9 + Vector512.Create(state.W9);
        words[10] = xa + Vector512.Create(state.W10);
        words[11] = xb + Vector512.Create(state.W11);
        words[12] = xc + counter;
        words[13] = xd + Vector512.Create(state.W13);
        words[14] = xe + Vector512.Create(state.W14);
        words[15] = xf + Vector512.Create(state.W15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c, ref Vector512<uint> d)
    {
        a += b;
        d ^= a;
        d = (d << 16) | (d >>> 16);
        c += d;
        b ^= c;
        b = (b << 12) | (b >>> 20);
        a += b;
        d ^= a;
        d = (d << 8) | (d >>> 24);
        c += d;
        b ^= c;
        b = (b << 7) | (b >>> 25);
    }

    /// <summary>Sixteen times <see cref="NoiseLayout.Normals"/>.</summary>
    private static void Normals(Vector512<uint> w0, Vector512<uint> w1, Vector512<uint> w2, Vector512<uint> w3, float* even, float* odd)
    {
        Vector512<float> radius = Vector512.Sqrt(Vector512.Create(-2f) * LogUniform(w0, w1));
        Vector512<uint> quadrant = (w2 + Vector512.Create(0x20000000u)) >>> 30;
        Vector512<int> units = (w2 - (quadrant << 30)).AsInt32();
        Vector512<float> rest = (Vector512.ConvertToSingle((w3 >>> 8).AsInt32()) + Vector512.Create(0.5f)) * Vector512.Create(NoiseLayout.TwoToMinus24);
        Vector512<float> x = (Vector512.ConvertToSingle(units) + rest) * Vector512.Create(NoiseLayout.RadiansPerUnit);
        Vector512<float> square = x * x;
        Vector512<float> s = (((Vector512.Create(NoiseLayout.Sin0) * square) + Vector512.Create(NoiseLayout.Sin1)) * square)
            + Vector512.Create(NoiseLayout.Sin2);
        Vector512<float> c = (((Vector512.Create(NoiseLayout.Cos0) * square) + Vector512.Create(NoiseLayout.Cos1)) * square)
            + Vector512.Create(NoiseLayout.Cos2);
        Vector512<float> sine = x + (x * square * s);
        Vector512<float> cosine = Vector512<float>.One - (Vector512.Create(0.5f) * square) + (square * square * c);

        Vector512<float> swap = Vector512.Equals(quadrant & Vector512<uint>.One, Vector512<uint>.One).AsSingle();
        Vector512<float> first = Vector512.ConditionalSelect(swap, sine, cosine);
        Vector512<float> second = Vector512.ConditionalSelect(swap, cosine, sine);
        Vector512<uint> two = Vector512.Create(2u);
        first ^= (((quadrant + Vector512<uint>.One) & two) << 30).AsSingle(); // bit 1 becomes the sign bit
        second ^= ((quadrant & two) << 30).AsSingle();
        (radius * first).Store(even);
        (radius * second).Store(odd);
    }

    private static Vector512<float> LogUniform(Vector512<uint> w0, Vector512<uint> w1)
    {
        Vector512<uint> complement = Vector512.GreaterThanOrEqual(w0, Vector512.Create(NoiseLayout.ComplementFrom));
        Vector512<uint> high = w0 ^ complement;
        Vector512<uint> low = w1 ^ complement;
        Vector512<float> top = Vector512.ConvertToSingle((high >>> 8).AsInt32()) * Vector512.Create(NoiseLayout.TwoToMinus24);
        Vector512<uint> middleBits = ((high & Vector512.Create(0xFFu)) << 16) | (low >>> 16);
        Vector512<float> middle = Vector512.ConvertToSingle(middleBits.AsInt32()) * Vector512.Create(NoiseLayout.TwoToMinus48);
        Vector512<float> bottom = (Vector512.ConvertToSingle((low & Vector512.Create(0xFFFFu)).AsInt32()) + Vector512.Create(0.5f))
            * Vector512.Create(NoiseLayout.TwoToMinus64);
        Vector512<float> v = top + (middle + bottom);

        Vector512<int> bits = v.AsInt32();
        Vector512<int> exponent = (bits - Vector512.Create(NoiseLayout.SquareRootHalfBits)) >> 23;
        Vector512<float> mask = complement.AsSingle();
        Vector512<float> mantissa = (bits - (exponent << 23)).AsSingle();
        Vector512<float> f = Vector512.ConditionalSelect(mask, -v, mantissa - Vector512<float>.One);
        Vector512<float> k = Vector512.ConditionalSelect(mask, Vector512<float>.Zero, Vector512.ConvertToSingle(exponent));

        Vector512<float> square = f * f;
        Vector512<float> p = (Vector512.Create(NoiseLayout.Log0) * f) + Vector512.Create(NoiseLayout.Log1);
        p = (p * f) + Vector512.Create(NoiseLayout.Log2);
        p = (p * f) + Vector512.Create(NoiseLayout.Log3);
        p = (p * f) + Vector512.Create(NoiseLayout.Log4);
        p = (p * f) + Vector512.Create(NoiseLayout.Log5);
        p = (p * f) + Vector512.Create(NoiseLayout.Log6);
        p = (p * f) + Vector512.Create(NoiseLayout.Log7);
        p = (p * f) + Vector512.Create(NoiseLayout.Log8);
        Vector512<float> y = p * f * square;
        y += k * Vector512.Create(NoiseLayout.Ln2Low);
        y -= Vector512.Create(0.5f) * square;
        return f + y + (k * Vector512.Create(NoiseLayout.Ln2High));
    }
}
