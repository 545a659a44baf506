using System.Numerics;
using FastDPMeta.Kernels.Ntt;
using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Privacy.Tests.Homomorphic;

/// <summary>What ciphertexts are, against exact integer arithmetic by definition, at N = 4096.</summary>
public sealed class CkksExactTests
{
    private static readonly Party Owner = Party.Small.Value;
    private static readonly CkksContext Context = Owner.Parameters.Context;

    [Fact]
    public void A_fresh_ciphertext_is_the_message_plus_a_small_error()
    {
        CkksPlaintext plaintext = CkksEncoder.Encode(Owner.Parameters, Owner.Random(1));
        long[] message = Centred(plaintext.Values, 0);
        CkksCiphertext symmetric = Owner.Secret.Encrypt(plaintext).Expand();
        long[] phase = Phase(symmetric, 0);
        long[] errors = [.. phase.Select((value, i) => value - message[i])];
        Assert.All(errors, error => Assert.InRange(error, -RingSampler.Coins, RingSampler.Coins));
        double variance = errors.Average(error => (double)error * error);
        Assert.InRange(variance, 10.5 * (1 - (5 * Math.Sqrt(2.0 / 4096))), 10.5 * (1 + (5 * Math.Sqrt(2.0 / 4096)))); // five deviations of a chi-square
        long[] publicErrors = [.. Phase(Owner.Public.Encrypt(plaintext), 0).Select((value, i) => value - message[i])];
        double expected = Context.Noise.FreshPublic / Math.Sqrt(4096);
        Assert.InRange(Math.Sqrt(publicErrors.Average(error => (double)error * error)), 0.85 * expected, 1.15 * expected);
    }

    [Fact]
    public void The_product_of_two_ciphertexts_opens_to_the_product_of_what_they_open_to()
    {
        CkksCiphertext x = Owner.Encrypt(Owner.Random(2));
        CkksCiphertext y = Owner.Public.Encrypt(CkksEncoder.Encode(Owner.Parameters, Owner.Random(3)));
        RnsPolynomial product = Owner.Secret.Phase(Owner.Evaluator.MultiplyLazily(x, y));
        for (int limb = 0; limb <= x.Level; limb++)
        {
            ulong[] expected = Product(Phase(x, limb), Phase(y, limb), Context.Prime(limb));
            Assert.Equal(expected, Coefficients(product, limb));
        }
    }

    [Fact]
    public void Sums_and_plain_products_open_to_sums_and_products()
    {
        CkksPlaintext plaintext = CkksEncoder.Encode(Owner.Parameters, Owner.Random(4));
        CkksCiphertext x = Owner.Encrypt(Owner.Random(5));
        CkksCiphertext y = Owner.Encrypt(Owner.Random(6));
        PrimeModulus prime = Context.Prime(0);
        (long[] px, long[] py, long[] pm) = (Phase(x, 0), Phase(y, 0), Centred(plaintext.Values, 0));
        Assert.Equal(px.Select((v, i) => Canonical(v + py[i], prime)), Phase(Owner.Evaluator.Add(x, y), 0).Select(v => Canonical(v, prime)));
        Assert.Equal(px.Select((v, i) => Canonical(v - py[i], prime)), Phase(Owner.Evaluator.Subtract(x, y), 0).Select(v => Canonical(v, prime)));
        Assert.Equal(px.Select((v, i) => Canonical(v + pm[i], prime)), Phase(Owner.Evaluator.Add(x, plaintext), 0).Select(v => Canonical(v, prime)));
        Assert.Equal(px.Select((v, i) => Canonical(v - pm[i], prime)), Phase(Owner.Evaluator.Subtract(x, plaintext), 0).Select(v => Canonical(v, prime)));
        Assert.Equal(Product(px, pm, prime), Phase(Owner.Evaluator.Multiply(x, plaintext), 0).Select(v => Canonical(v, prime)));
    }

    [Fact]
    public void Rescaling_divides_every_coefficient_by_the_prime_to_nearest()
    {
        CkksCiphertext x = Owner.Encrypt(Owner.Random(7));
        CkksCiphertext rescaled = Owner.Evaluator.Rescale(x);
        BigInteger q = Context.Prime(0).Value;
        BigInteger p = Context.Prime(1).Value;
        for (int part = 0; part < 2; part++)
        {
            ulong[] low = Coefficients(x.Parts[part], 0);
            ulong[] high = Coefficients(x.Parts[part], 1);
            ulong[] divided = Coefficients(rescaled.Parts[part], 0);
            BigInteger inverse = BigInteger.ModPow(q % p, p - 2, p);
            for (int i = 0; i < low.Length; i++)
            {
                BigInteger value = low[i] + (q * ((((high[i] - (BigInteger)low[i]) * inverse % p) + p) % p)); // in [0, q·p)
                BigInteger nearest = (value + (p / 2)) / p;
                Assert.Equal((ulong)(nearest % q), divided[i]);
            }
        }
    }

    [Fact]
    public void Automorphisms_of_values_are_those_of_coefficients()
    {
        int degree = Owner.Parameters.Degree;
        foreach (int element in new[] { 5, 25, (2 * degree) - 1, 3 })
        {
            RnsPolynomial x = CkksEncoder.Encode(Owner.Parameters, Owner.Random(8)).Values;
            RnsPolynomial image = Context.NewPolynomial(1);
            Context.Automorphism(image.Limb(0), x.Limb(0), element);
            long[] coefficients = Centred(x, 0);
            long[] expected = new long[degree];
            for (int i = 0; i < degree; i++)
            {
                long exponent = (long)i * element % (2 * degree);
                expected[exponent % degree] = exponent < degree ? coefficients[i] : -coefficients[i];
            }

            Assert.Equal(expected, Centred(image, 0));
        }
    }

    [Fact]
    public void Key_switching_changes_what_a_ciphertext_opens_to_by_less_than_its_bound()
    {
        CkksCiphertext x = Owner.Encrypt(Owner.Random(9));
        CkksCiphertext product = Owner.Evaluator.MultiplyLazily(x, x);
        long[] before = Centred(Owner.Secret.Phase(product), 0);
        long[] after = Centred(Owner.Secret.Phase(Owner.Evaluator.Relinearise(product)), 0);
        double bound = NoiseModel.Deviations * Context.Noise.KeySwitch(1) / Math.Sqrt(4096);
        long prime = (long)Context.Prime(0).Value;
        for (int i = 0; i < before.Length; i++)
        {
            long apart = (after[i] - before[i]) % prime;
            apart -= apart > prime / 2 ? prime : apart < -prime / 2 ? -prime : 0;
            Assert.InRange(apart, -bound, bound);
        }
    }

    [Fact]
    public void Slots_are_the_polynomial_at_the_powers_of_five()
    {
        Complex[] slots = Owner.Random(10);
        CkksPlaintext plaintext = CkksEncoder.Encode(Owner.Parameters, slots);
        long[] coefficients = Centred(plaintext.Values, 0);
        int degree = Owner.Parameters.Degree;
        Complex[] decoded = CkksEncoder.Decode(plaintext);
        foreach (int slot in new[] { 0, 1, 2, 77, 1023, 2047 })
        {
            int power = (int)BigInteger.ModPow(5, slot, 2 * degree);
            Complex sum = 0;
            for (int i = 0; i < degree; i++)
            {
                sum += coefficients[i] * Complex.FromPolarCoordinates(1, Math.PI * ((long)power * i % (2 * degree)) / degree);
            }

            Assert.True((decoded[slot] - (sum / plaintext.Scale)).Magnitude < 1e-10);
            Assert.True((decoded[slot] - slots[slot]).Magnitude < NoiseModel.Deviations * plaintext.Deviation / plaintext.Scale);
        }
    }

    private static ulong Canonical(long value, PrimeModulus prime) => (ulong)((value % (long)prime.Value) + (long)prime.Value) % prime.Value;

    private static ulong[] Coefficients(RnsPolynomial values, int limb)
    {
        double[] copy = values.Limb(limb).ToArray();
        Context.Inverse(copy, limb);
        return Array.ConvertAll(copy, Context.Prime(limb).Canonical);
    }

    private static long[] Centred(RnsPolynomial values, int limb) =>
        Array.ConvertAll(Coefficients(values, limb), value => (long)Context.Prime(limb).Centred(value));

    /// <summary>c₀ + c₁·s in whole numbers: s is added and subtracted, shifted, for each of its coefficients.</summary>
    private static long[] Phase(CkksCiphertext x, int limb)
    {
        long[] first = Centred(x.Parts[0], limb);
        long[] second = Centred(x.Parts[1], limb);
        int degree = first.Length;
        long[] secret = [.. Owner.Secret.Coefficients.ToArray().Select(value => (long)value)];
        ulong[] product = Product(second, secret, Context.Prime(limb));
        long[] sum = new long[degree];
        for (int i = 0; i < degree; i++)
        {
            sum[i] = (long)Context.Prime(limb).Centred(Canonical(first[i] + (long)product[i], Context.Prime(limb)));
        }

        return sum;
    }

    /// <summary>x·y modulo X^N + 1 and the prime, by definition.</summary>
    private static ulong[] Product(long[] x, long[] y, PrimeModulus prime)
    {
        int degree = x.Length;
        Int128[] sums = new Int128[degree]; // at most 4096·2⁹⁸
        for (int j = 0; j < degree; j++)
        {
            for (int i = 0; y[j] != 0 && i < degree; i++)
            {
                Int128 product = (Int128)x[i] * y[j];
                int place = i + j;
                sums[place % degree] += place < degree ? product : -product;
            }
        }

        return Array.ConvertAll(sums, sum => (ulong)(((sum % prime.Value) + prime.Value) % prime.Value));
    }
}
