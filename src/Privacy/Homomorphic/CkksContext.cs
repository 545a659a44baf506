using System.Collections.Concurrent;
using System.Numerics;
using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>Tables and constants of one set of parameters, and the operations on polynomials that need them. Safe for several threads.</summary>
internal sealed class CkksContext
{
    private readonly NttTables[] _tables;
    private readonly ConcurrentDictionary<int, int[]> _automorphisms = new();
    private readonly ConcurrentDictionary<(int First, int Count), BaseConversion> _conversions = new();
    private readonly ConcurrentBag<RnsPolynomial> _scratch = [];

    public CkksContext(CkksParameters parameters)
    {
        Parameters = parameters;
        _tables = [.. parameters.Primes.Select(prime => new NttTables(parameters.Degree, prime, Kernels.Lanes))];
        Slots = new SlotTransform(parameters.Degree);
        Noise = new NoiseModel(parameters);
    }

    public CkksParameters Parameters { get; }

    public ResidueKernels Kernels { get; } = ResidueKernels.Fastest;

    public SlotTransform Slots { get; }

    public NoiseModel Noise { get; }

    /// <summary>The prime at <paramref name="index"/> of the chain, the special ones behind.</summary>
    public PrimeModulus Prime(int index) => Parameters.Primes[index];

    /// <summary>Where the special primes begin.</summary>
    public int FirstSpecial => Parameters.Levels + 1;

    /// <summary>All primes.</summary>
    public int AllPrimes => Parameters.Primes.Length;

    public void Forward(Span<double> limb, int prime) => Kernels.Forward(limb, _tables[prime]);

    public void Inverse(Span<double> limb, int prime) => Kernels.Inverse(limb, _tables[prime]);

    /// <summary>Transforms the limbs of the first primes.</summary>
    public void Forward(RnsPolynomial polynomial)
    {
        for (int i = 0; i < polynomial.Limbs; i++)
        {
            Forward(polynomial.Limb(i), i);
        }
    }

    public RnsPolynomial NewPolynomial(int limbs) => new(Parameters.Degree, limbs);

    /// <summary>One limb to work in; give it back. Never for secrets.</summary>
    public RnsPolynomial RentLimb() => _scratch.TryTake(out RnsPolynomial? limb) ? limb : NewPolynomial(1);

    public void Return(RnsPolynomial limb) => _scratch.Add(limb);

    /// <summary>1 / P modulo the prime at <paramref name="index"/>.</summary>
    public double InverseOfSpecial(int index)
    {
        PrimeModulus prime = Prime(index);
        double product = 1;
        for (int i = FirstSpecial; i < AllPrimes; i++)
        {
            product = prime.Multiply(product, prime.Reduce(Prime(i).Prime));
        }

        return prime.Reduce(prime.Invert(product));
    }

    /// <summary>The conversion from <paramref name="count"/> primes that begin at <paramref name="first"/>.</summary>
    public BaseConversion Conversion(int first, int count) =>
        _conversions.GetOrAdd((first, count), range => new BaseConversion(Parameters.Primes.AsSpan(range.First, range.Count)));

    /// <summary>The exponent g of the automorphism X → X^g that rotates slots left by <paramref name="steps"/>: 5^steps modulo 2N.</summary>
    public int RotationElement(int steps)
    {
        int slots = Parameters.Slots;
        int turns = ((steps % slots) + slots) % slots;
        return (int)BigInteger.ModPow(5, turns, 2 * Parameters.Degree);
    }

    /// <summary>The exponent of complex conjugation: -1 modulo 2N.</summary>
    public int ConjugationElement => (2 * Parameters.Degree) - 1;

    /// <summary>Applies X → X^element to a limb of values, a permutation: value i is the polynomial at ψ^(2·brv(i) + 1).</summary>
    public void Automorphism(Span<double> result, ReadOnlySpan<double> limb, int element)
    {
        int[] sources = _automorphisms.GetOrAdd(element, Permutation);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = limb[sources[i]];
        }
    }

    private int[] Permutation(int element)
    {
        int degree = Parameters.Degree;
        int bits = BitOperations.Log2((uint)degree);
        int[] sources = new int[degree];
        for (int i = 0; i < degree; i++)
        {
            long exponent = ((2L * NttTables.ReverseBits(i, bits)) + 1) * element % (2 * degree);
            sources[i] = NttTables.ReverseBits((int)(exponent / 2), bits);
        }

        return sources;
    }
}
