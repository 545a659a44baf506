namespace FastDPMeta.Kernels.Random;

/// <summary>Two independent standard normals made from four random words.</summary>
/// <param name="Cosine">The one of even place p.</param>
/// <param name="Sine">The one of odd place p.</param>
internal readonly record struct NormalPair(float Cosine, float Sine);

/// <summary>
/// Which random bits make which normal number, on every device. Scalar code that compiles for GPUs: it is the specification that the
/// SIMD kernels equal bit for bit, and GPUs to within the rounding of contracted multiply-adds and their square root (≤ 4 ulp).
/// </summary>
/// <remarks>
/// <para>
/// Numbers are made in groups of <see cref="GroupSize"/> = 16 ChaCha20 blocks × 8 numbers. Number <c>n</c> has group g = n / 128,
/// place p = (n mod 128) / 16 and lane l = n mod 16. Its block has counter 16·g + l in word 12, the spec's stream in word 13 and the
/// round in words 14 (low) and 15 (high), so 16 consecutive numbers come from 16 blocks computed side by side.
/// A stream holds 2³² blocks = 2³⁵ numbers.
/// </para>
/// <para>
/// Of the block's sixteen output words, place p uses w[4j .. 4j+3] with j = p / 2:
/// u = (2³²·w[4j] + w[4j+1] + ½)·2⁻⁶⁴, φ = 2π·(w[4j+2] + (⌊w[4j+3]/2⁸⌋ + ½)·2⁻²⁴)·2⁻³²; the low 8 bits of w[4j+3] are unused.
/// The number is √(-2 ln u)·cos φ for even p and √(-2 ln u)·sin φ for odd p (Box and Muller 1958). The largest is 9.46.
/// </para>
/// <para>
/// ln u keeps its relative precision at both ends: for u ≥ √½ it is computed from 1 - u, taken from the complemented bits.
/// The angle is reduced to a quarter turn in integers, so exactly. No fused multiply-adds, so that all widths agree in bits.
/// Polynomials: Moshier, Cephes <c>logf</c>, <c>sinf</c>, <c>cosf</c>; the result is within 4·2⁻²⁴ of the exact formula, relative
/// to the radius.
/// </para>
/// </remarks>
internal static class NoiseLayout
{
    /// <summary>ChaCha20 blocks computed side by side.</summary>
    public const int GroupBlocks = 16;

    /// <summary>Numbers made from one block.</summary>
    public const int NormalsPerBlock = 8;

    /// <summary>Numbers of one group.</summary>
    public const int GroupSize = GroupBlocks * NormalsPerBlock;

    /// <summary>⌈√½·2³²⌉: from here on the logarithm is taken from the complement.</summary>
    public const uint ComplementFrom = 0xB504F334;

    /// <summary>Bits of the float √½: mantissas are brought into [√½, √2).</summary>
    public const int SquareRootHalfBits = 0x3F3504F3;

    public const float TwoToMinus24 = 1f / (1 << 24);
    public const float TwoToMinus48 = TwoToMinus24 * TwoToMinus24;
    public const float TwoToMinus64 = TwoToMinus48 / (1 << 16);

    /// <summary>2π·2⁻³²: radians of one unit of an angle word.</summary>
    public const float RadiansPerUnit = (float)(2.0 * 3.14159265358979323846 / 4294967296.0);

    // ln(1+f) = f - f²/2 + f³·P(f) on [√½ - 1, √2 - 1].
    public const float Log0 = 7.0376836292E-2f;
    public const float Log1 = -1.1514610310E-1f;
    public const float Log2 = 1.1676998740E-1f;
    public const float Log3 = -1.2420140846E-1f;
    public const float Log4 = 1.4249322787E-1f;
    public const float Log5 = -1.6668057665E-1f;
    public const float Log6 = 2.0000714765E-1f;
    public const float Log7 = -2.4999993993E-1f;
    public const float Log8 = 3.3333331174E-1f;

    /// <summary>ln 2 in two parts: the first has 10 bits, so its product with an exponent is exact.</summary>
    public const float Ln2High = 0.693359375f;

    /// <summary>The rest of ln 2.</summary>
    public const float Ln2Low = -2.12194440e-4f;

    // sin x = x + x³·S(x²), cos x = 1 - x²/2 + x⁴·C(x²) on [-π/4, π/4].
    public const float Sin0 = -1.9515295891E-4f;
    public const float Sin1 = 8.3321608736E-3f;
    public const float Sin2 = -1.6666654611E-1f;
    public const float Cos0 = 2.443315711809948E-5f;
    public const float Cos1 = -1.388731625493765E-3f;
    public const float Cos2 = 4.166664568298827E-2f;

    /// <summary>Number <paramref name="index"/> of a stream.</summary>
    /// <param name="state">Constants, key, stream and round; its counter is ignored.</param>
    /// <param name="index">From 0 to 2³⁵ - 1.</param>
    public static float NormalAt(ChaChaBlock state, long index)
    {
        int place = (int)(index % GroupSize) / GroupBlocks;
        state.W12 = (uint)((index / GroupSize * GroupBlocks) + (index % GroupBlocks));
        ChaChaBlock block = ChaChaBlock.Compute(state);
        NormalPair pair = Pair(block, place / 2);
        return (place & 1) == 0 ? pair.Cosine : pair.Sine;
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
    public static NormalPair Pair(ChaChaBlock block, int pair)
    {
        if (pair == 0)
        {
            return Normals(block.W0, block.W1, block.W2, block.W3);
        }

        if (pair == 1)
        {
            return Normals(block.W4, block.W5, block.W6, block.W7);
        }

        return pair == 2 ? Normals(block.W8, block.W9, block.W10, block.W11) : Normals(block.W12, block.W13, block.W14, block.W15);
    }

    /// <summary>Two normals from four words.</summary>
    public static NormalPair Normals(uint w0, uint w1, uint w2, uint w3)
    {
        float radius = MathF.Sqrt(-2f * LogUniform(w0, w1));
        uint quadrant = (w2 + 0x20000000u) >> 30;
        int units = (int)(w2 - (quadrant << 30));
        float x = ((float)units + (((float)(int)(w3 >> 8) + 0.5f) * TwoToMinus24)) * RadiansPerUnit;
        float square = x * x;
        float sine = x + (x * square * ((((Sin0 * square) + Sin1) * square) + Sin2));
        float cosine = 1f - (0.5f * square) + (square * square * ((((Cos0 * square) + Cos1) * square) + Cos2));
        bool odd = (quadrant & 1) != 0;
        float first = odd ? sine : cosine;
        float second = odd ? cosine : sine;
        first = ((quadrant + 1) & 2) != 0 ? -first : first;
        second = (quadrant & 2) != 0 ? -second : second;
        return new NormalPair(radius * first, radius * second);
    }

    /// <summary>ln((2³²·w0 + w1 + ½)·2⁻⁶⁴), below 0.</summary>
    private static float LogUniform(uint w0, uint w1)
    {
        bool complement = w0 >= ComplementFrom;
        uint high = complement ? ~w0 : w0;
        uint low = complement ? ~w1 : w1;

        // 24, 24 and 16 bits: each converts exactly, on every device by a signed conversion.
        float top = (float)(int)(high >> 8) * TwoToMinus24;
        float middle = (float)(int)(((high & 0xFF) << 16) | (low >> 16)) * TwoToMinus48;
        float bottom = ((float)(int)(low & 0xFFFF) + 0.5f) * TwoToMinus64;
        float v = top + (middle + bottom);

        int bits = BitConverter.SingleToInt32Bits(v);
        int exponent = (bits - SquareRootHalfBits) >> 23;
        float f = complement ? -v : BitConverter.Int32BitsToSingle(bits - (exponent << 23)) - 1f;
        float k = complement ? 0f : (float)exponent;

        float square = f * f;
        float p = (Log0 * f) + Log1;
        p = (p * f) + Log2;
        p = (p * f) + Log3;
        p = (p * f) + Log4;
        p = (p * f) + Log5;
        p = (p * f) + Log6;
        p = (p * f) + Log7;
        p = (p * f) + Log8;
        float y = p * f * square;
        y = y + (k * Ln2Low);
        y = y - (0.5f * square);
        return (f + y) + (k * Ln2High);
    }
}
