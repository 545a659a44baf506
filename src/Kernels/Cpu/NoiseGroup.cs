using System.Runtime.CompilerServices;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// The 224 normal numbers of one group of 16 blocks: as many blocks side by side as a vector has lanes, each ChaCha20 word a vector over
/// the blocks, then <see cref="NoiseLayout.Normals{TMultiplyAdd}"/> line by line. Multiply-adds are fused here and there, so every width
/// and the scalar form give the same bits.
/// </summary>
/// <typeparam name="TLane">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal static unsafe class NoiseGroup<TLane, TVector>
    where TLane : struct, INoiseLane<TVector>
    where TVector : unmanaged
{
    /// <summary>Fills a group.</summary>
    /// <param name="start">Key, stream and round.</param>
    /// <param name="firstCounter">Counter of the group's first block.</param>
    /// <param name="output">224 elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(NoiseStart* start, uint firstCounter, float* output)
    {
        TVector* words = stackalloc TVector[16];
        for (int lane = 0; lane < NoiseLayout.GroupBlocks; lane += TLane.Count)
        {
            Blocks(start, firstCounter + (uint)lane, words);
            TVector low = words[14];
            float* even = output + lane;
            for (int pair = 0; pair < NoiseLayout.PairsPerBlock; pair++)
            {
                Normals(words[2 * pair], words[(2 * pair) + 1], low, even, even + NoiseLayout.GroupBlocks);
                low = TLane.AddWords(low, words[15]);
                even += 2 * NoiseLayout.GroupBlocks;
            }
        }
    }

    /// <summary>Key stream blocks with consecutive counters: lane l of word i is word i of block l.</summary>
    /// <remarks>
    /// Sixteen words and a place to work in are one register more than AVX2 has. The third row (words 8 to 11), which every quarter round touches late and
    /// leaves early, therefore lives in memory, in <paramref name="words"/>; else the runtime spills what a rotation waits for.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Blocks(NoiseStart* start, uint firstCounter, TVector* words)
    {
        uint* state = start->State, mixed = start->Mixed;
        TVector counter = TLane.AddWords(TLane.Words(firstCounter), TLane.Indices);
        TVector x0 = TLane.Words(mixed[0]), x1 = TLane.Words(mixed[1]), x2 = TLane.Words(mixed[2]), x3 = TLane.Words(mixed[3]);
        TVector x4 = TLane.Words(mixed[4]), x5 = TLane.Words(mixed[5]), x6 = TLane.Words(mixed[6]), x7 = TLane.Words(mixed[7]);
        TVector xc = counter, xd = TLane.Words(mixed[13]), xe = TLane.Words(mixed[14]), xf = TLane.Words(mixed[15]);
        TVector* x8 = words + 8, x9 = words + 9, xa = words + 10, xb = words + 11;
        (*x8, *x9, *xa, *xb) = (TLane.Words(mixed[8]), TLane.Words(mixed[9]), TLane.Words(mixed[10]), TLane.Words(mixed[11]));
        Quarter(ref x0, ref x4, x8, ref xc);
        for (int round = 1; round < ChaChaBlock.DoubleRounds; round++)
        {
            Quarter(ref x0, ref x5, xa, ref xf);
            Quarter(ref x1, ref x6, xb, ref xc);
            Quarter(ref x2, ref x7, x8, ref xd);
            Quarter(ref x3, ref x4, x9, ref xe);
            Quarter(ref x0, ref x4, x8, ref xc);
            Quarter(ref x1, ref x5, x9, ref xd);
            Quarter(ref x2, ref x6, xa, ref xe);
            Quarter(ref x3, ref x7, xb, ref xf);
        }

        Quarter(ref x0, ref x5, xa, ref xf);
        Quarter(ref x1, ref x6, xb, ref xc);
        Quarter(ref x2, ref x7, x8, ref xd);
        Quarter(ref x3, ref x4, x9, ref xe);
        words[0] = TLane.AddWords(x0, TLane.Words(state[0]));
        words[1] = TLane.AddWords(x1, TLane.Words(state[1]));
        words[2] = TLane.AddWords(x2, TLane.Words(state[2]));
        words[3] = TLane.AddWords(x3, TLane.Words(state[3]));
        words[4] = TLane.AddWords(x4, TLane.Words(state[4]));
        words[5] = TLane.AddWords(x5, TLane.Words(state[5]));
        words[6] = TLane.AddWords(x6, TLane.Words(state[6]));
        words[7] = TLane.AddWords(x7, TLane.Words(state[7]));
        words[8] = TLane.AddWords(*x8, TLane.Words(state[8]));
        words[9] = TLane.AddWords(*x9, TLane.Words(state[9]));
        words[10] = TLane.AddWords(*xa, TLane.Words(state[10]));
        words[11] = TLane.AddWords(*xb, TLane.Words(state[11]));
        words[12] = TLane.AddWords(xc, counter);
        words[13] = TLane.AddWords(xd, TLane.Words(state[13]));
        words[14] = TLane.AddWords(xe, TLane.Words(state[14]));
        words[15] = TLane.AddWords(xf, TLane.Words(state[15]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(ref TVector a, ref TVector b, TVector* third, ref TVector d)
    {
        a = TLane.AddWords(a, b);
        d = TLane.RotateLeft(TLane.Xor(d, a), 16);
        TVector c = TLane.AddWords(*third, d);
        b = TLane.RotateLeft(TLane.Xor(b, c), 12);
        a = TLane.AddWords(a, b);
        d = TLane.RotateLeft(TLane.Xor(d, a), 8);
        c = TLane.AddWords(c, d);
        *third = c;
        b = TLane.RotateLeft(TLane.Xor(b, c), 7);
    }

    /// <summary><see cref="NoiseLayout.Normals{TMultiplyAdd}"/> in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Normals(TVector radius, TVector angle, TVector low, float* even, float* odd)
    {
        TVector length = TLane.SquareRoot(MinusLogUniform(radius, low));
        TVector x = TLane.MultiplyAdd(
            TLane.ToFloats(TLane.ShiftLeft(angle, 2)), TLane.Floats(NoiseLayout.RadiansPerUnit), TLane.Floats(2f * NoiseLayout.RadiansPerUnit));
        TVector square = TLane.Multiply(x, x);
        TVector s = TLane.MultiplyAdd(TLane.Floats(NoiseLayout.Sin2), square, TLane.Floats(NoiseLayout.Sin1));
        s = TLane.MultiplyAdd(s, square, TLane.Floats(NoiseLayout.Sin0));
        TVector sine = TLane.MultiplyAdd(TLane.Multiply(x, square), s, x);
        TVector cosine = TLane.MultiplyAdd(TLane.Floats(NoiseLayout.Cos4), square, TLane.Floats(NoiseLayout.Cos3));
        cosine = TLane.MultiplyAdd(cosine, square, TLane.Floats(NoiseLayout.Cos2));
        cosine = TLane.MultiplyAdd(cosine, square, TLane.Floats(NoiseLayout.Cos1));
        cosine = TLane.MultiplyAdd(cosine, square, TLane.Floats(NoiseLayout.Cos0));
        TVector first = TLane.Multiply(TLane.Subtract(cosine, sine), length);
        TVector second = TLane.Multiply(TLane.Add(cosine, sine), length);
        TVector sign = TLane.Words(NoiseLayout.SignBit);
        TLane.Store(TLane.Xor(first, TLane.And(angle, sign)), even);
        TLane.Store(TLane.Xor(second, TLane.And(TLane.ShiftLeft(angle, 1), sign)), odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector MinusLogUniform(TVector radius, TVector low)
    {
        TVector rest = TLane.MultiplyAdd(
            TLane.ToFloats(TLane.ShiftRight(low, 1)), TLane.Floats(NoiseLayout.TwoToMinus63), TLane.Floats(NoiseLayout.TwoToMinus64));
        TVector high = TLane.ToFloats(TLane.And(radius, TLane.Words(~NoiseLayout.SignBit)));
        TVector v = TLane.MultiplyAdd(high, TLane.Floats(NoiseLayout.TwoToMinus32), rest);
        TVector upper = TLane.TopBitMask(radius);
        TVector exponent = TLane.And(TLane.SubtractWords(TLane.Words(NoiseLayout.BelowOneBits), v), TLane.Words(NoiseLayout.ExponentMask));
        TVector k = TLane.ToFloats(TLane.AndNot(exponent, upper));
        TVector mantissa = TLane.Or(TLane.And(v, TLane.Words(~NoiseLayout.ExponentMask)), TLane.Words(NoiseLayout.HalfBits));
        TVector x = TLane.Select(upper, v, TLane.Subtract(TLane.Floats(1f), mantissa));

        TVector q = TLane.MultiplyAdd(TLane.Floats(NoiseLayout.Log8), x, TLane.Floats(NoiseLayout.Log7));
        q = TLane.MultiplyAdd(q, x, TLane.Floats(NoiseLayout.Log6));
        q = TLane.MultiplyAdd(q, x, TLane.Floats(NoiseLayout.Log5));
        q = TLane.MultiplyAdd(q, x, TLane.Floats(NoiseLayout.Log4));
        q = TLane.MultiplyAdd(q, x, TLane.Floats(NoiseLayout.Log3));
        q = TLane.MultiplyAdd(q, x, TLane.Floats(NoiseLayout.Log2));
        q = TLane.MultiplyAdd(q, x, TLane.Floats(NoiseLayout.Log1));
        q = TLane.MultiplyAdd(q, x, TLane.Floats(NoiseLayout.Log0));
        return TLane.MultiplyAdd(k, TLane.Floats(NoiseLayout.Ln2PerExponent), TLane.Multiply(q, x));
    }
}
