using System.Numerics;
using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Kernels.Tests.Ntt;

/// <summary>Every element-wise kernel against exact integers, at every width, with random and the largest permitted values.</summary>
public sealed class ResidueKernelsTests
{
    private const int Count = 4096;

    public static TheoryData<int> Widths => [512, 256, 128, 64];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Sums_differences_and_products_are_exact(int vectorBits)
    {
        ResidueKernels kernels = ResidueKernels.Of(vectorBits);
        foreach (PrimeModulus modulus in NttTests.Primes(Count))
        {
            (double[] x, double[] y, double[] z) = (Values(modulus, 1), Values(modulus, 2), Values(modulus, 3));
            double factor = modulus.Centred(0x1234_5678_9abc_def1);
            Check(modulus, 1.001, r => kernels.Add(r, x, y, modulus), i => Whole(x[i]) + Whole(y[i]));
            Check(modulus, 1.001, r => kernels.Subtract(r, x, y, modulus), i => Whole(x[i]) - Whole(y[i]));
            Check(modulus, 2, r => kernels.Multiply(r, x, y, modulus), i => Whole(x[i]) * Whole(y[i]));
            Check(modulus, 2, r => kernels.SubtractMultiply(r, x, y, factor, modulus), i => (Whole(x[i]) - Whole(y[i])) * Whole(factor));
            Check(
                modulus,
                1.001,
                r =>
                {
                    z.CopyTo(r, 0);
                    kernels.MultiplyAdd(r, x, y, modulus);
                },
                i => Whole(z[i]) + (Whole(x[i]) * Whole(y[i])));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Values_of_other_primes_are_reduced_and_scaled_exactly(int vectorBits)
    {
        ResidueKernels kernels = ResidueKernels.Of(vectorBits);
        foreach (PrimeModulus modulus in NttTests.Primes(Count))
        {
            double[] z = Values(modulus, 3);
            double[] x = Values(NttTests.Primes(Count)[0], 4);
            (x[0], x[1], x[2]) = (1L << 52, -(1L << 52), (1L << 52) - 1);
            double factor = modulus.Centred(modulus.Value / 2);
            Check(modulus, 1.001, r => kernels.Reduce(r, x, modulus), i => Whole(x[i]));
            Check(modulus, 1.001, r => kernels.Multiply(r, x, factor, modulus), i => Whole(x[i]) * Whole(factor));
            Check(
                modulus,
                1.001,
                r =>
                {
                    z.CopyTo(r, 0);
                    kernels.MultiplyAdd(r, x, factor, modulus);
                },
                i => Whole(z[i]) + (Whole(x[i]) * Whole(factor)));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Doubles_far_above_the_prime_are_reduced_exactly(int vectorBits)
    {
        PrimeModulus modulus = NttTests.Primes(Count)[1];
        double[] x = [.. Values(modulus, 8).Select(value => value * (1L << 45))]; // up to 2⁸⁵: 53 bits and zeros
        Check(modulus, 1.001, r => ResidueKernels.Of(vectorBits).Reduce(r, x, modulus), i => Whole(x[i]), most: 1.02);
    }

    [Fact]
    public void Different_lengths_are_refused()
    {
        PrimeModulus modulus = NttTests.Primes(Count)[0];
        double[] x = new double[64];
        Assert.Throws<ArgumentException>(() => ResidueKernels.Fastest.Add(x, x, new double[56], modulus));
        Assert.Throws<ArgumentException>(() => ResidueKernels.Fastest.Round(new double[63]));
    }

    [Fact]
    public void Primes_are_prime_distinct_near_their_size_and_have_the_roots_they_promise()
    {
        foreach ((int degree, int bits, int count) in new[] { (4096, 50, 4), (32768, 40, 16), (65536, 50, 10), (8192, 28, 3) })
        {
            PrimeModulus[] primes = PrimeModulus.FindNear(degree, bits, count, []);
            Assert.Equal(count, primes.Select(prime => prime.Value).Distinct().Count());
            foreach (PrimeModulus prime in primes)
            {
                Assert.InRange(Math.Log2(prime.Value), bits - 0.05, bits + 0.05);
                Assert.Equal(1UL, prime.Value % (2 * (ulong)degree));
                Assert.Equal(BigInteger.One, BigInteger.ModPow(2, prime.Value - 1, prime.Value));
                Assert.Equal(prime.Value - 1, (ulong)BigInteger.ModPow(prime.Canonical(prime.RootOfUnity(2 * degree)), degree, prime.Value));
            }
        }

        Assert.Throws<ArgumentException>(() => PrimeModulus.FindNear(65536, 20, 3, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrimeModulus((1UL << 50) - 27)); // a prime, too near to 2⁵⁰
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrimeModulus(561)); // a Carmichael number
        Assert.All(new ulong[] { 2, 3, 1_000_003, 67_280_421_310_721 }, n => Assert.True(PrimeModulus.IsPrime(n)));
        Assert.All(new ulong[] { 0, 1, 4, 3_215_031_751, 3_825_123_056_546_413_051 }, n => Assert.False(PrimeModulus.IsPrime(n))); // strong pseudoprimes to 2, 3, 5, 7 …
    }

    private static BigInteger Whole(double value) => new(value);

    /// <summary>Random residues with the extremes ±p, ±(p ± 1)/2 and 0 in front.</summary>
    private static double[] Values(PrimeModulus modulus, ulong seed)
    {
        double[] values = NttTests.Uniform(Count, modulus, seed);
        double[] extremes = [modulus.Prime, -modulus.Prime, (modulus.Prime - 1) / 2, (1 - modulus.Prime) / 2, 0, (modulus.Prime + 1) / 2, 1, -1];
        for (int i = 0; i < 64; i++)
        {
            values[i] = extremes[(i >> (int)(3 * (seed % 2))) % 8];
        }

        return values;
    }

    private static void Check(PrimeModulus modulus, double bound, Action<double[]> run, Func<int, BigInteger> exact, double most = 0)
    {
        double[] result = new double[Count];
        run(result);
        for (int i = 0; i < Count; i++)
        {
            BigInteger rest = ((exact(i) % modulus.Value) + modulus.Value) % modulus.Value;
            Assert.Equal((ulong)rest, modulus.Canonical(result[i]));
            Assert.True(Math.Abs(result[i]) <= Math.Max(most, bound / 2) * modulus.Prime + 2, $"element {i}: {result[i]} is too large");
        }
    }
}
