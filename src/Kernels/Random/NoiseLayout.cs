namespace FastDPMeta.Kernels.Random;

/// <summary>
/// Which random bits make which normal number, on every device. Scalar code that compiles for GPUs: with <see cref="FusedMultiplyAdd"/> it
/// is the specification that every vector width of the CPU equals bit for bit; GPUs, with <see cref="ContractedMultiplyAdd"/>, agree to
/// within roundings (≤ 4·2⁻²⁴ of the radius).
/// </summary>
/// <remarks>
/// <para>
/// Numbers are made in groups of <see cref="GroupSize"/> = 16 ChaCha20 blocks × 14 numbers. Number <c>n</c> has group g = n / 224,
/// place p = (n mod 224) / 16 and lane l = n mod 16. Its block has counter 16·g + l in word 12, the spec's stream in word 13 and the
/// round in words 14 (low) and 15 (high), so 16 consecutive numbers come from 16 blocks computed side by side.
/// A stream holds 2³² blocks, so 14·2³² numbers.
/// </para>
/// <para>
/// Places 2j and 2j + 1 of a block are pair j, from 0 to 6. Its radius word w[2j] gives the half s (the top bit) and h (the other 31
/// bits); its low word is d = w[14] + j·w[15] mod 2³². With v = (h + (⌊d/2⌋ + ½)·2⁻³¹)·2⁻³², u is v if s = 0 and 1 - v if s = 1: uniform
/// on (0, 1), and fine near both ends. Its angle word w[2j+1] gives two signs (the top bits) and t, the other 30 bits as a two's
/// complement; θ = (t + ½)·2⁻³⁰·π/2 is uniform on (-π/4, π/4). The numbers are ±√(-2 ln u)·cos(θ + π/4) and ±√(-2 ln u)·sin(θ + π/4):
/// the polar form of Box and Muller (1958), the quadrant in the signs. The largest is √(128 ln 2) = 9.42.
/// </para>
/// <para>
/// Sharing w[14] and w[15] among seven pairs saves half of the cipher and is sound. Each d is uniform by itself, so the law of each
/// number is untouched. Two of them, i and j, are independent, but for the lowest bits of d that difference i - j lacks: d(i) - d(j) =
/// (i - j)·w[15] covers all words for odd i - j, and multiples of 2 or 4 otherwise. Three of them are dependent, yet d weighs at most
/// 2⁻³² in u: rounded to float32, v depends on it only if h &lt; 2²⁴, that is with probability 2⁻⁷ a pair, and by less than a part in h.
/// So a triple can be told from independent ones only within a part in h of its radii, in 2⁻²¹ of all triples.
/// </para>
/// <para>
/// ln u keeps its relative precision at both ends: -ln(1 - x) = x·Q(x) on (0, ½], where x = v if s = 1, and otherwise x = 1 - m with
/// v = m·2⁻ᵏ, m in [½, 1), and k·ln 2 is added: a sum of two positive terms. The radius is brought down by √2, and
/// √2·cos(θ + π/4) = cos θ - sin θ and √2·sin(θ + π/4) = cos θ + sin θ make up for it. Polynomials: minimax by Remez's exchange, relative
/// error of Q 2.3·10⁻⁸. Numbers are within 4·2⁻²⁴ of the exact formula, relative to the radius.
/// </para>
/// </remarks>
internal static class NoiseLayout
{
    /// <summary>ChaCha20 blocks computed side by side.</summary>
    public const int GroupBlocks = 16;

    /// <summary>Numbers made from one block.</summary>
    public const int NormalsPerBlock = 14;

    /// <summary>Numbers of one group.</summary>
    public const int GroupSize = GroupBlocks * NormalsPerBlock;

    /// <summary>Pairs of one block.</summary>
    public const int PairsPerBlock = NormalsPerBlock / 2;

    public const float TwoToMinus32 = 1f / (1L << 32);
    public const float TwoToMinus63 = TwoToMinus32 / (1U << 31);
    public const float TwoToMinus64 = TwoToMinus32 * TwoToMinus32;

    /// <summary>The sign bit of a float, and of a word.</summary>
    public const uint SignBit = 0x80000000;

    /// <summary>The largest float below 1; what its bits exceed those of v by holds k in its exponent.</summary>
    public const uint BelowOneBits = 0x3F7FFFFF;

    /// <summary>The exponent of a float, with its sign.</summary>
    public const uint ExponentMask = 0xFF800000;

    /// <summary>Bits of the float ½: with the mantissa of v it is m.</summary>
    public const uint HalfBits = 0x3F000000;

    /// <summary>ln 2 for a k in the exponent's place.</summary>
    public const float Ln2PerExponent = (float)(0.69314718055994530942 / (1 << 23));

    /// <summary>π/2·2⁻³²: radians of one unit of an angle word whose two sign bits were shifted out.</summary>
    public const float RadiansPerUnit = (float)(0.5 * 3.14159265358979323846 / 4294967296.0);

    // Q(x) = -ln(1 - x)/x on (0, ½].
    public const float Log0 = 1f;
    public const float Log1 = 0.49999284744262695f;
    public const float Log2 = 0.33370062708854675f;
    public const float Log3 = 0.24280507862567902f;
    public const float Log4 = 0.26961272954940796f;
    public const float Log5 = -0.20353879034519196f;
    public const float Log6 = 1.257669448852539f;
    public const float Log7 = -1.6958115100860596f;
    public const float Log8 = 1.4411076307296753f;

    // sin x = x + x³·S(x²), cos x = C(x²) on [-π/4, π/4].
    public const float Sin0 = -0.16666650772094727f;
    public const float Sin1 = 0.00833197869360447f;
    public const float Sin2 = -0.00019495602464303374f;
    public const float Cos0 = 1f;
    public const float Cos1 = -0.5f;
    public const float Cos2 = 0.04166661575436592f;
    public const float Cos3 = -0.0013886619126424193f;
    public const float Cos4 = 2.437988769088406e-05f;

    /// <summary>Number <paramref name="index"/> of a stream.</summary>
    /// <param name="state">Constants, key, stream and round; its counter is ignored.</param>
    /// <param name="index">From 0 to 14·2³² - 1.</param>
    public static float NormalAt(ChaChaBlock state, long index)
    {
        int place = (int)(index % GroupSize) / GroupBlocks;
        state.W12 = (uint)((index / GroupSize * GroupBlocks) + (index % GroupBlocks));
        ChaChaBlock block = ChaChaBlock.Compute(state);
        NormalPair pair = Pair<FusedMultiplyAdd>(block, place / 2);
        return (place & 1) == 0 ? pair.First : pair.Second;
    }

    /// <summary>The state of a noise kernel at counter 0.</summary>
    public static ChaChaBlock State(
        uint key0, uint key1, uint key2, uint key3, uint key4, uint key5, uint key6, uint key7, uint stream, uint roundLow, uint roundHigh)
    {
        ChaChaBlock state = default;
        state.W0 = ChaChaBlock.Constant0;
        state.W1 = ChaChaBlock.Constant1;
        state.W2 = ChaChaBlock.Constant2;
        state.W3 = ChaChaBlock.Constant3;
        state.W4 = key0;
        state.W5 = key1;
        state.W6 = key2;
        state.W7 = key3;
        state.W8 = key4;
        state.W9 = key5;
        state.W10 = key6;
        state.W11 = key7;
        state.W13 = stream;
        state.W14 = roundLow;
        state.W15 = roundHigh;
        return state;
    }

    /// <summary>The two normals of places 2·<paramref name="pair"/> and 2·<paramref name="pair"/> + 1 of a block.</summary>
    /// <typeparam name="TMultiplyAdd">How products are added.</typeparam>
    /// <param name="block">A key stream block.</param>
    /// <param name="pair">From 0 to 6.</param>
    public static NormalPair Pair<TMultiplyAdd>(ChaChaBlock block, int pair)
        where TMultiplyAdd : struct, IMultiplyAdd
    {
        uint low = block.W14 + ((uint)pair * block.W15);
        return pair switch
        {
            0 => Normals<TMultiplyAdd>(block.W0, block.W1, low),
            1 => Normals<TMultiplyAdd>(block.W2, block.W3, low),
            2 => Normals<TMultiplyAdd>(block.W4, block.W5, low),
            3 => Normals<TMultiplyAdd>(block.W6, block.W7, low),
            4 => Normals<TMultiplyAdd>(block.W8, block.W9, low),
            5 => Normals<TMultiplyAdd>(block.W10, block.W11, low),
            _ => Normals<TMultiplyAdd>(block.W12, block.W13, low),
        };
    }

    /// <summary>Two normals from three words.</summary>
    /// <typeparam name="TMultiplyAdd">How products are added.</typeparam>
    /// <param name="radius">The half and the high 31 bits of v.</param>
    /// <param name="angle">The signs and the angle.</param>
    /// <param name="low">The low bits of v.</param>
    public static NormalPair Normals<TMultiplyAdd>(uint radius, uint angle, uint low)
        where TMultiplyAdd : struct, IMultiplyAdd
    {
        TMultiplyAdd fused = default;
        float length = MathF.Sqrt(MinusLogUniform<TMultiplyAdd>(radius, low));
        float x = fused.MultiplyAdd((float)(int)(angle << 2), RadiansPerUnit, 2f * RadiansPerUnit);
        float square = x * x;
        float s = fused.MultiplyAdd(fused.MultiplyAdd(Sin2, square, Sin1), square, Sin0);
        float sine = fused.MultiplyAdd(x * square, s, x);
        float cosine = fused.MultiplyAdd(fused.MultiplyAdd(Cos4, square, Cos3), square, Cos2);
        cosine = fused.MultiplyAdd(fused.MultiplyAdd(cosine, square, Cos1), square, Cos0);
        float first = (cosine - sine) * length;
        float second = (cosine + sine) * length;
        return new NormalPair((angle & SignBit) != 0 ? -first : first, ((angle << 1) & SignBit) != 0 ? -second : second);
    }

    /// <summary>-ln u, above 0. Words become floats by a signed conversion, which every device has.</summary>
    private static float MinusLogUniform<TMultiplyAdd>(uint radius, uint low)
        where TMultiplyAdd : struct, IMultiplyAdd
    {
        TMultiplyAdd fused = default;
        float rest = fused.MultiplyAdd((float)(int)(low >> 1), TwoToMinus63, TwoToMinus64);
        float v = fused.MultiplyAdd((float)(int)(radius & ~SignBit), TwoToMinus32, rest);
        uint bits = (uint)BitConverter.SingleToInt32Bits(v);
        bool upper = (radius & SignBit) != 0;
        float k = upper ? 0f : (float)(int)((BelowOneBits - bits) & ExponentMask);
        float x = upper ? v : 1f - BitConverter.Int32BitsToSingle((int)((bits & ~ExponentMask) | HalfBits));

        float q = fused.MultiplyAdd(Log8, x, Log7);
        q = fused.MultiplyAdd(q, x, Log6);
        q = fused.MultiplyAdd(q, x, Log5);
        q = fused.MultiplyAdd(q, x, Log4);
        q = fused.MultiplyAdd(q, x, Log3);
        q = fused.MultiplyAdd(q, x, Log2);
        q = fused.MultiplyAdd(q, x, Log1);
        q = fused.MultiplyAdd(q, x, Log0);
        return fused.MultiplyAdd(k, Ln2PerExponent, q * x);
    }
}
