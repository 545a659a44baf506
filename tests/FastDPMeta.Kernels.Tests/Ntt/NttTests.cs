using System.Numerics;
using FastDPMeta.Kernels.Ntt;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Kernels.Tests.Ntt;

/// <summary>Transforms against the definition and the schoolbook product, both in exact integers, at every vector width.</summary>
public sealed class NttTests
{
    public static TheoryData<int> Widths => [512, 256, 128, 64];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_equal_the_schoolbook_product_in_big_integers(int vectorBits)
    {
        foreach (int degree in new[] { 64, 128, 256, 512 })
        {
            foreach (PrimeModulus modulus in Primes(degree))
            {
                foreach ((double[] x, double[] y) in Inputs(degree, modulus))
                {
                    Assert.Equal(Schoolbook(x, y, modulus), Canonical(Product(x, y, modulus, vectorBits), modulus));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_equal_the_schoolbook_product_at_the_degrees_of_encryption(int vectorBits)
    {
        foreach (int degree in new[] { 1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16 })
        {
            PrimeModulus modulus = PrimeModulus.FindNear(degree, 50, 1, [])[0];
            double[] x = Uniform(degree, modulus, 5);
            double[] y = new double[degree];
            double[] few = Uniform(64, modulus, 6);
            for (int i = 0; i < 40; i++)
            {
                y[(int)(((long)i * 40503) % degree)] = few[i]; // few terms, far apart: the schoolbook stays short
            }

            Assert.Equal(Schoolbook(x, y, modulus), Canonical(Product(x, y, modulus, vectorBits), modulus));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Values_are_the_polynomial_at_odd_powers_of_the_root_in_bit_reversed_order(int vectorBits)
    {
        const int Degree = 256;
        foreach (PrimeModulus modulus in Primes(Degree))
        {
            ResidueKernels kernels = ResidueKernels.Of(vectorBits);
            double[] x = Uniform(Degree, modulus, 9);
            double[] values = [.. x];
            kernels.Forward(values, new NttTables(Degree, modulus, kernels.Lanes));
            BigInteger root = modulus.Canonical(modulus.RootOfUnity(2 * Degree));
            for (int i = 0; i < Degree; i += 17)
            {
                BigInteger point = BigInteger.ModPow(root, (2 * NttTables.ReverseBits(i, 8)) + 1, modulus.Value);
                BigInteger sum = 0;
                for (int k = Degree - 1; k >= 0; k--)
                {
                    sum = ((sum * point) + (BigInteger)x[k]) % modulus.Value;
                }

                Assert.Equal((ulong)((sum + modulus.Value) % modulus.Value), modulus.Canonical(values[i]));
            }
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void Every_width_gives_the_bits_of_plain_doubles(int vectorBits)
    {
        foreach (int degree in new[] { 64, 4096, 8192 })
        {
            foreach (PrimeModulus modulus in Primes(degree))
            {
                foreach ((double[] x, _) in Inputs(degree, modulus))
                {
                    (double[] plainValues, double[] plainBack) = ThereAndBack(x, modulus, 64);
                    (double[] values, double[] back) = ThereAndBack(x, modulus, vectorBits);
                    Assert.Equal(Canonical(plainValues, modulus), Canonical(values, modulus));
                    Assert.Equal(Canonical(plainBack, modulus), Canonical(back, modulus));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_inverse_undoes_the_transform_and_both_leave_reduced_residues(int vectorBits)
    {
        foreach (int degree in new[] { 64, 128, 4096, 1 << 15, 1 << 16 })
        {
            foreach (PrimeModulus modulus in Primes(degree))
            {
                foreach ((double[] x, _) in Inputs(degree, modulus))
                {
                    (double[] values, double[] back) = ThereAndBack(x, modulus, vectorBits);
                    Assert.Equal(Canonical(x, modulus), Canonical(back, modulus));
                    double most = (modulus.Prime / 2) + 2;
                    Assert.All(values, value => Assert.True(Math.Abs(value) <= most && value == Math.Round(value)));
                    Assert.All(back, value => Assert.True(Math.Abs(value) <= most && value == Math.Round(value)));
                }
            }
        }
    }

    [Fact]
    public void A_length_that_is_no_power_of_two_or_a_prime_that_has_no_root_is_refused()
    {
        PrimeModulus modulus = PrimeModulus.FindNear(4096, 40, 1, [])[0];
        Assert.Throws<ArgumentException>(() => new NttTables(4095, modulus, 8));
        Assert.Throws<ArgumentException>(() => new NttTables(1 << 17, modulus, 8));
        Assert.Throws<ArgumentException>(() => new NttTables(32, modulus, 8));
        Assert.Throws<ArgumentException>(() => new NttTables(4096, new PrimeModulus(1_000_003), 8));
        NttTables tables = new(4096, modulus, 8);
        Assert.Throws<ArgumentException>(() => ResidueKernels.Of(512).Forward(new double[2048], tables));
        Assert.Throws<ArgumentException>(() => ResidueKernels.Of(256).Forward(new double[4096], tables));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResidueKernels.Of(96));
    }

    internal static PrimeModulus[] Primes(int degree) =>
    [
        PrimeModulus.FindNear(degree, 50, 1, [])[0], PrimeModulus.FindNear(degree, 40, 1, [])[0], PrimeModulus.FindNear(degree, 28, 1, [])[0],
    ];

    internal static double[] Uniform(int count, PrimeModulus modulus, ulong seed)
    {
        using RandomKey key = RandomKey.UnsafeFixed(seed);
        using RandomStream words = new(key);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = modulus.Centred(words.NextUInt64(modulus.Value));
        }

        return values;
    }

    internal static ulong[] Canonical(double[] x, PrimeModulus modulus) => Array.ConvertAll(x, modulus.Canonical);

    /// <summary>Random ones, and the largest that a kernel may be given, with signs that make sums as large as they get.</summary>
    private static IEnumerable<(double[] X, double[] Y)> Inputs(int degree, PrimeModulus modulus)
    {
        yield return (Uniform(degree, modulus, 1), Uniform(degree, modulus, 2));
        double[] largest = new double[degree];
        Array.Fill(largest, modulus.Prime);
        double[] alternating = [.. largest.Select((value, i) => i % 2 == 0 ? value - 1 : 1 - value)];
        double[] half = [.. largest.Select((value, i) => (i & 3) < 2 ? (value - 1) / 2 : (1 - value) / 2)];
        yield return (largest, alternating);
        yield return (half, half);
        double[] single = new double[degree];
        single[degree - 1] = -modulus.Prime + 1;
        yield return (single, single);
    }

    private static (double[] Values, double[] Back) ThereAndBack(double[] x, PrimeModulus modulus, int vectorBits)
    {
        ResidueKernels kernels = ResidueKernels.Of(vectorBits);
        NttTables tables = new(x.Length, modulus, kernels.Lanes);
        double[] values = [.. x];
        kernels.Forward(values, tables);
        double[] back = [.. values];
        kernels.Inverse(back, tables);
        return (values, back);
    }

    private static double[] Product(double[] x, double[] y, PrimeModulus modulus, int vectorBits)
    {
        ResidueKernels kernels = ResidueKernels.Of(vectorBits);
        NttTables tables = new(x.Length, modulus, kernels.Lanes);
        double[] left = [.. x];
        double[] right = [.. y];
        kernels.Forward(left, tables);
        kernels.Forward(right, tables);
        kernels.Multiply(left, left, right, modulus);
        kernels.Inverse(left, tables);
        return left;
    }

    /// <summary>x·y modulo X^N + 1 and the prime, by definition.</summary>
    private static ulong[] Schoolbook(double[] x, double[] y, PrimeModulus modulus)
    {
        int degree = x.Length;
        Int128[] wholes = Array.ConvertAll(x, value => (Int128)(long)value);
        BigInteger[] sums = new BigInteger[degree];
        for (int j = 0; j < degree; j++)
        {
            if (y[j] == 0)
            {
                continue;
            }

            Int128 factor = (long)y[j];
            for (int i = 0; i < degree; i++)
            {
                int place = i + j;
                BigInteger product = wholes[i] * factor;
                sums[place % degree] += place < degree ? product : -product;
            }
        }

        return Array.ConvertAll(sums, sum => (ulong)(((sum % modulus.Value) + modulus.Value) % modulus.Value));
    }
}
