using System.Globalization;

namespace FastDPMeta.Kernels.Ntt;

/// <summary>
/// A prime below <see cref="Largest"/> whose residues are whole numbers in doubles, centred at zero. Products are exact by
/// <see cref="ResidueMath{TLane, TVector}"/>, where the bound on the prime is proved to be enough.
/// </summary>
internal sealed class PrimeModulus : IEquatable<PrimeModulus>
{
    /// <summary>Primes lie below 63/64 of 2⁵⁰: the sixty-fourth is the room in which lazy sums of eight primes stay exact.</summary>
    public const ulong Largest = (1UL << 50) - (1UL << 44);

    // Enough for a proof below 3.3e24 (Sorenson and Webster 2015, "Strong pseudoprimes to twelve prime bases").
    private static readonly ulong[] Witnesses = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

    /// <summary>The prime with its constants.</summary>
    /// <param name="value">An odd prime below <see cref="Largest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public PrimeModulus(ulong value)
    {
        if (value is < 3 or >= Largest || !IsPrime(value))
        {
            throw new ArgumentOutOfRangeException(
                nameof(value), string.Create(CultureInfo.InvariantCulture, $"PrimeModulus: must be an odd prime below {Largest}; got {value}. Take one from FindNear."));
        }

        Value = value;
        Prime = value;
        Reciprocal = 1 / Prime;
    }

    /// <summary>The prime.</summary>
    public ulong Value { get; }

    /// <summary>The prime as a double, exactly.</summary>
    public double Prime { get; }

    /// <summary>1 / prime, rounded to nearest.</summary>
    public double Reciprocal { get; }

    /// <summary>x·y modulo the prime, centred within one prime; |x·y| at most 2⁵² primes.</summary>
    public double Multiply(double x, double y) => ResidueMath<ResidueLane1, double>.Multiply(x, y, -Prime, Reciprocal);

    /// <summary>x modulo the prime, centred; |x| at most 2⁵¹ primes.</summary>
    public double Reduce(double x) => ResidueMath<ResidueLane1, double>.Reduce(x, -Prime, Reciprocal);

    /// <summary><paramref name="x"/> to a power.</summary>
    public double Power(double x, ulong exponent)
    {
        double power = 1;
        for (double square = Reduce(x); exponent != 0; exponent >>= 1, square = Multiply(square, square))
        {
            power = (exponent & 1) != 0 ? Multiply(power, square) : power;
        }

        return power;
    }

    /// <summary>1 / <paramref name="x"/> by Fermat's theorem; 0 gives 0.</summary>
    public double Invert(double x) => Power(x, Value - 2);

    /// <summary>The residue of <paramref name="value"/> with the least absolute value.</summary>
    public double Centred(ulong value)
    {
        ulong rest = value % Value;
        return rest > Value / 2 ? -(double)(Value - rest) : rest;
    }

    /// <summary>The representative in [0, prime) of a residue with |x| below 2⁵³.</summary>
    public ulong Canonical(double x)
    {
        long rest = (long)Reduce(x);
        rest += (rest >> 63) & (long)Value;
        return (ulong)(rest >= (long)Value ? rest - (long)Value : rest);
    }

    /// <summary>
    /// A number whose <paramref name="order"/>/2-th power is -1: a primitive root of unity. The first that the powers of 2, 3, 4, … give, so that
    /// everybody finds the same.
    /// </summary>
    /// <param name="order">A power of two that divides prime - 1.</param>
    public double RootOfUnity(int order)
    {
        for (ulong candidate = 2; ; candidate++)
        {
            double root = Power(candidate, (Value - 1) / (ulong)order);
            if (Canonical(Power(root, (ulong)order / 2)) == Value - 1)
            {
                return root;
            }
        }
    }

    /// <summary>
    /// Primes congruent to 1 modulo 2·<paramref name="degree"/> nearest to 2^<paramref name="bits"/>, in turn below and above it, so that their product
    /// stays near the power; for 50 bits only below <see cref="Largest"/>.
    /// </summary>
    /// <param name="degree">The transform's length, a power of two.</param>
    /// <param name="bits">20 to 50.</param>
    /// <param name="count">How many.</param>
    /// <param name="taken">Primes that must not be given again.</param>
    /// <exception cref="ArgumentException">There are not so many.</exception>
    public static PrimeModulus[] FindNear(int degree, int bits, int count, IReadOnlyCollection<PrimeModulus> taken)
    {
        ulong step = 2 * (ulong)degree;
        ulong below = ((Math.Min(1UL << bits, Largest) - 1) / step * step) + 1;
        ulong above = below + step;
        ulong floor = 1UL << (bits - 1);
        ulong ceiling = Math.Min(3UL << (bits - 1), Largest);
        List<PrimeModulus> found = [];
        while (found.Count < count)
        {
            bool goesUp = found.Count % 2 == 1 && above < ceiling;
            ref ulong place = ref goesUp ? ref above : ref below;
            ulong candidate = place;
            place = goesUp ? place + step : place - step;
            if (candidate <= floor)
            {
                throw new ArgumentException($"FindNear: there are not {count} primes of {bits} bits for length {degree}. Ask for fewer or longer ones.");
            }

            if (candidate < Largest && IsPrime(candidate) && !taken.Any(prime => prime.Value == candidate))
            {
                found.Add(new PrimeModulus(candidate));
            }
        }

        return [.. found];
    }

    /// <summary>Whether a number below 2⁶³ is prime, by twelve Miller–Rabin witnesses: a proof at this size.</summary>
    public static bool IsPrime(ulong n)
    {
        if (n < 2)
        {
            return false;
        }

        foreach (ulong witness in Witnesses)
        {
            if (n % witness == 0)
            {
                return n == witness;
            }
        }

        int twos = System.Numerics.BitOperations.TrailingZeroCount(n - 1);
        return Array.TrueForAll(Witnesses, witness => Passes(n, witness, twos));
    }

    private static bool Passes(ulong n, ulong witness, int twos)
    {
        ulong x = Power(witness, (n - 1) >> twos, n);
        bool passes = x == 1;
        for (int i = 0; i < twos && !passes; i++, x = Product(x, x, n))
        {
            passes = x == n - 1;
        }

        return passes;
    }

    private static ulong Power(ulong x, ulong exponent, ulong n)
    {
        ulong power = 1;
        for (; exponent != 0; exponent >>= 1, x = Product(x, x, n))
        {
            power = (exponent & 1) != 0 ? Product(power, x, n) : power;
        }

        return power;
    }

    private static ulong Product(ulong x, ulong y, ulong n) => (ulong)((UInt128)x * y % n);

    /// <inheritdoc/>
    public bool Equals(PrimeModulus? other) => other is not null && other.Value == Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PrimeModulus);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
