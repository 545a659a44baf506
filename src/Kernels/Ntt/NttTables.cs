using System.Globalization;
using System.Numerics;

namespace FastDPMeta.Kernels.Ntt;

/// <summary>
/// Powers of a primitive 2N-th root of unity ψ modulo one prime, in the order in which transforms read them. Element n = m + i of <see cref="Forward"/> is
/// ψ^brv(n), brv reversing log₂ N bits: the factor of block i among the m blocks of a stage. Block n has the halves 2n and 2n + 1, so a walk over blocks is
/// a walk over a heap.
/// </summary>
internal sealed class NttTables
{
    /// <summary>Least length: two vectors of eight for the last stages, and one pass over four blocks before.</summary>
    public const int LeastDegree = 64;

    /// <summary>Greatest length.</summary>
    public const int MostDegree = 1 << 16;

    /// <summary>Tables for transforms of <paramref name="degree"/> coefficients.</summary>
    /// <param name="degree">A power of two in [<see cref="LeastDegree"/>, <see cref="MostDegree"/>].</param>
    /// <param name="modulus">A prime congruent to 1 modulo 2·degree.</param>
    /// <param name="lanes">Lanes of the vectors that will read them: 8, 4, 2 or 1.</param>
    /// <exception cref="ArgumentException">The degree or the prime does not fit.</exception>
    public NttTables(int degree, PrimeModulus modulus, int lanes)
    {
        if (!BitOperations.IsPow2(degree) || degree is < LeastDegree or > MostDegree || (modulus.Value - 1) % (2 * (ulong)degree) != 0)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"NttTables: the length must be a power of two in [{LeastDegree}, {MostDegree}] and the prime 1 modulo twice it; got {degree} and {modulus}. Take a prime from FindNear."));
        }

        (Degree, Modulus, Lanes) = (degree, modulus, lanes);
        double root = modulus.RootOfUnity(2 * degree);
        Forward = Powers(root);
        Inverse = Powers(modulus.Invert(root));
        ForwardTail = Tail(Forward.Span);
        InverseTail = Tail(Inverse.Span);
        Scale = modulus.Invert(degree);
        ScaledInverse = modulus.Multiply(Inverse.Span[1], Scale);
    }

    /// <summary>N.</summary>
    public int Degree { get; }

    /// <summary>The prime.</summary>
    public PrimeModulus Modulus { get; }

    /// <summary>Lanes the tails are laid out for.</summary>
    public int Lanes { get; }

    /// <summary>Factors of the forward transform.</summary>
    public ResidueBuffer Forward { get; }

    /// <summary>Their inverses: ψ^-brv(n).</summary>
    public ResidueBuffer Inverse { get; }

    /// <summary>
    /// Factors of the stages whose partners share a vector, lane by lane: for every two vectors of coefficients, one vector of factors a stage, widest
    /// stride first.
    /// </summary>
    public ResidueBuffer ForwardTail { get; }

    /// <summary>The same for the inverse transform, also widest stride first.</summary>
    public ResidueBuffer InverseTail { get; }

    /// <summary>1 / N.</summary>
    public double Scale { get; }

    /// <summary>The factor of the inverse's last stage, times 1 / N.</summary>
    public double ScaledInverse { get; }

    /// <summary>Stages within vectors: log₂ of the lanes.</summary>
    public static int TailStages(int lanes) => BitOperations.Log2((uint)lanes);

    /// <summary>Reverses the lowest <paramref name="bits"/> bits.</summary>
    public static int ReverseBits(int index, int bits)
    {
        int reversed = 0;
        for (int i = 0; i < bits; i++)
        {
            reversed |= ((index >> i) & 1) << (bits - 1 - i);
        }

        return reversed;
    }

    private ResidueBuffer Powers(double root)
    {
        ResidueBuffer powers = new(Degree);
        int bits = BitOperations.Log2((uint)Degree);
        double power = 1;
        for (int i = 0; i < Degree; i++)
        {
            powers.Span[ReverseBits(i, bits)] = Modulus.Reduce(power);
            power = Modulus.Multiply(power, root);
        }

        return powers;
    }

    /// <summary>Follows which coefficient lies in which lane through the exchanges of the kernel, and writes down its factor.</summary>
    private ResidueBuffer Tail(ReadOnlySpan<double> factors)
    {
        int stages = TailStages(Lanes);
        ResidueBuffer tail = new(Math.Max(1, Degree / 2 * stages));
        int written = 0;
        int[] x = new int[Lanes];
        int[] y = new int[Lanes];
        for (int first = 0; stages > 0 && first < Degree; first += 2 * Lanes)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                (x[lane], y[lane]) = (first + lane, first + Lanes + lane);
            }

            for (int stage = stages - 1; stage >= 0; stage--)
            {
                Exchange(x, y, stage);
                for (int lane = 0; lane < Lanes; lane++)
                {
                    tail.Span[written++] = factors[(Degree + x[lane]) >> (stage + 1)];
                }
            }
        }

        return tail;
    }

    /// <summary>Lane l of y with bit <paramref name="stage"/> of l clear changes places with lane l of x with it set.</summary>
    private static void Exchange(int[] x, int[] y, int stage)
    {
        int bit = 1 << stage;
        for (int lane = 0; lane < x.Length; lane++)
        {
            if ((lane & bit) == 0)
            {
                (x[lane | bit], y[lane]) = (y[lane], x[lane | bit]);
            }
        }
    }
}
