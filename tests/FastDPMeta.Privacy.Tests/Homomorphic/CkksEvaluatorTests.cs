using System.Numerics;
using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Privacy.Tests.Homomorphic;

/// <summary>Operations against the same operations on plain slots; every measured error lies within the ciphertext's own bound.</summary>
public sealed class CkksEvaluatorTests
{
    public static TheoryData<string> Sizes => ["medium", "wide"];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_operation_does_to_slots_what_it_says(string size)
    {
        Party owner = Of(size);
        CkksEvaluator on = owner.Evaluator;
        (Complex[] a, Complex[] b) = (owner.Random(1), owner.Random(2));
        CkksPlaintext plain = CkksEncoder.Encode(owner.Parameters, b);
        CkksCiphertext x = owner.Encrypt(a);
        CkksCiphertext y = owner.Public.Encrypt(plain);
        int slots = a.Length;
        owner.Check(x, i => a[i]);
        owner.Check(y, i => b[i]);
        owner.Check(on.Add(x, y), i => a[i] + b[i]);
        owner.Check(on.Subtract(x, y), i => a[i] - b[i]);
        owner.Check(on.Add(x, plain), i => a[i] + b[i]);
        owner.Check(on.Subtract(x, plain), i => a[i] - b[i]);
        owner.Check(on.Rescale(on.Multiply(x, plain)), i => a[i] * b[i]);
        owner.Check(on.Rescale(on.Multiply(x, -0.37)), i => -0.37 * a[i]);
        owner.Check(on.MultiplyLazily(x, y), i => a[i] * b[i]);
        owner.Check(on.Rescale(on.MultiplyLazily(x, y)), i => a[i] * b[i]);
        owner.Check(on.Add(on.MultiplyLazily(x, y), on.Multiply(x, y)), i => 2 * a[i] * b[i]);
        owner.Check(on.Subtract(on.Multiply(x, y), on.MultiplyLazily(x, y)), _ => 0);
        owner.Check(on.Conjugate(x), i => Complex.Conjugate(a[i]));
        foreach (int steps in new[] { 0, 1, 4, -3, 100, slots / 2, slots + 2 })
        {
            owner.Check(on.Rotate(x, steps), i => a[(i + steps + slots) % slots]);
        }

        owner.Check(on.DropTo(x, 0), i => a[i]);
        CkksCiphertext[] rotated = on.RotateMany(y, [1, 8, -3, 0]);
        owner.Check(rotated[0], i => b[(i + 1) % slots]);
        owner.Check(rotated[1], i => b[(i + 8) % slots]);
        owner.Check(rotated[2], i => b[(i - 3 + slots) % slots]);
        owner.Check(rotated[3], i => b[i]);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_is_as_precise_as_that_of_SEAL(string size)
    {
        Party owner = Of(size);
        (Complex[] a, Complex[] b) = (owner.Random(3), owner.Random(4));
        CkksCiphertext product = owner.Evaluator.Rescale(owner.Evaluator.Multiply(owner.Encrypt(a), owner.Encrypt(b)));
        double ownScale = owner.Parameters.Scale / Math.ScaleB(1, 40);
        Assert.InRange(owner.Check(product, i => a[i] * b[i]) * ownScale, 0, 6e-8); // SEAL 4.4.3 at scale 2⁴⁰: 1e-8 to 6e-8
        CkksCiphertext rotated = owner.Evaluator.Rotate(owner.Encrypt(a), 1);
        Assert.InRange(owner.Check(rotated, i => a[(i + 1) % a.Length]) * ownScale, 0, 3e-6); // SEAL: 1e-7 to 3e-6
    }

    [Fact]
    public void All_levels_can_be_used_and_the_result_stays_precise()
    {
        Party owner = Party.Wide.Value;
        CkksEvaluator on = owner.Evaluator;
        (Complex[] a, Complex[] b) = (owner.Random(5), owner.Random(6));
        CkksCiphertext x = owner.Encrypt(a);
        CkksCiphertext y = owner.Encrypt(b);
        Complex[] expected = [.. a];
        while (x.Level > 0)
        {
            x = on.Rescale(on.Multiply(x, on.DropTo(y, x.Level)));
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] *= b[i];
            }
        }

        Assert.InRange(owner.Check(x, i => expected[i]), 0, 1e-6);
        CkksException exception = Assert.Throws<CkksException>(() => on.Rescale(x));
        Assert.Contains("no level is left", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Factors_at_the_rescaling_prime_leave_the_scale_as_it_was()
    {
        Party owner = Party.Medium.Value;
        CkksEvaluator on = owner.Evaluator;
        CkksCiphertext x = owner.Encrypt(owner.Random(7));
        CkksPlaintext factor = CkksEncoder.Encode(owner.Parameters, owner.Random(8), x.Level, on.RescalingPrime(x.Level));
        CkksCiphertext product = on.Rescale(on.Multiply(x, factor));
        Assert.Equal(x.Scale, product.Scale);
        Assert.Equal(x.Scale, on.Rescale(on.Multiply(x, 0.5)).Scale);
        on.Add(product, on.DropTo(x, product.Level));
    }

    /// <summary>Circuits of random operations. The seed names the circuit, so that one that fails can be run again alone.</summary>
    [Fact]
    public void Random_circuits_compute_what_plain_numbers_compute_within_their_bounds()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            RandomCircuit.Run(Party.Medium.Value, seed);
        }
    }

    [Fact]
    public void What_does_not_fit_together_is_refused_with_the_way_out()
    {
        Party owner = Party.Medium.Value;
        CkksEvaluator on = owner.Evaluator;
        CkksCiphertext x = owner.Encrypt(owner.Random(9));
        CkksCiphertext lower = on.Rescale(on.Multiply(x, 1.0));
        CkksCiphertext product = on.Multiply(x, x);
        Says(() => on.Add(x, lower), "levels differ", "DropTo(2)");
        Says(() => on.Multiply(x, lower), "levels differ");
        Says(() => on.Add(x, product), "scales differ", "Rescale");
        Says(() => on.DropTo(lower, 3), "only go down");
        Says(() => on.Rotate(x, 17), "no key for these steps");
        Says(() => on.Rotate(on.MultiplyLazily(x, x), 1), "not relinearised");
        Says(() => on.Multiply(on.MultiplyLazily(x, x), x), "not relinearised");
        Says(() => on.Multiply(product, on.Multiply(product, x)), "do not fit");
        Says(() => on.Add(x, CkksEncoder.Encode(owner.Parameters, [1.0], level: 1)), "levels differ");
        Says(() => on.Add(x, Party.Small.Value.Encrypt(Party.Small.Value.Random(1))), "parameters differ");
        Says(() => owner.Secret.Encrypt(CkksEncoder.Encode(Party.Small.Value.Parameters, [1.0])), "parameters differ");
        using CkksSecretKey stranger = CkksSecretKey.Generate(owner.Parameters);
        CkksCiphertext theirs = stranger.Encrypt(CkksEncoder.Encode(owner.Parameters, [1.0])).Expand();
        Says(() => on.Add(x, theirs), "keys differ");
        Says(() => owner.Secret.Decrypt(theirs), "keys differ");
        Assert.Throws<ArgumentException>(() => CkksEncoder.Encode(owner.Parameters, [double.NaN]));
        Assert.Throws<ArgumentException>(() => CkksEncoder.Encode(owner.Parameters, new double[4097]));
        Assert.Throws<ArgumentException>(() => CkksEncoder.Encode(owner.Parameters, [1e9], level: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => on.Multiply(x, double.PositiveInfinity));
    }

    [Fact]
    public void A_disposed_key_opens_nothing_and_is_overwritten()
    {
        Party owner = Party.Small.Value;
        CkksSecretKey key = CkksSecretKey.Generate(owner.Parameters);
        CkksCiphertext x = key.Encrypt(CkksEncoder.Encode(owner.Parameters, [1.0])).Expand();
        sbyte[] before = key.Coefficients.ToArray();
        Assert.Contains((sbyte)1, before);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Decrypt(x));
        Assert.Throws<ObjectDisposedException>(() => key.Save(new MemoryStream()));
        Assert.DoesNotContain("1", key.ToString().Replace(x.Key.ToString(), "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Released_slots_carry_the_noise_of_their_policy_and_are_released_once()
    {
        Party owner = Party.Medium.Value;
        Complex[] a = owner.Random(11);
        SecretSlots slots = owner.Secret.Decrypt(owner.Encrypt(a));
        ReleasePolicy policy = ReleasePolicy.Flood(statisticalBits: 30, decryptions: 4);
        Assert.Equal(Math.Sqrt(48) * 32768, policy.Factor, 6);
        Complex[] released = slots.Release(policy);
        double deviation = policy.Factor * slots.ErrorBound * Math.Sqrt(a.Length);
        double measured = Math.Sqrt(released.Select((value, i) => Math.Pow((value - a[i]).Magnitude, 2)).Sum() / (2 * a.Length));
        Assert.InRange(measured / deviation, 0.94, 1.06); // 8192 normal numbers: five deviations are 0.04
        Assert.Throws<InvalidOperationException>(() => slots.Release(policy));
        Assert.Throws<ArgumentException>(() => ReleasePolicy.Flood(statisticalBits: 5));
        Assert.Throws<ArgumentException>(() => ReleasePolicy.Flood(decryptions: 0));
    }

    [Fact]
    public void Two_encryptions_of_one_plaintext_share_nothing()
    {
        Party owner = Party.Small.Value;
        CkksPlaintext plain = CkksEncoder.Encode(owner.Parameters, [1.0]);
        CkksCiphertext[] all = [owner.Secret.Encrypt(plain).Expand(), owner.Secret.Encrypt(plain).Expand(), owner.Public.Encrypt(plain), owner.Public.Encrypt(plain)];
        foreach (int part in new[] { 0, 1 })
        {
            double[][] limbs = [.. all.Select(x => x.Parts[part].Limb(0).ToArray())];
            for (int i = 0; i < limbs.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    Assert.InRange(limbs[i].Where((value, k) => value == limbs[j][k]).Count(), 0, 2); // 4096 chances of 2⁻³⁸ each
                }
            }
        }
    }

    private static Party Of(string size) => size == "wide" ? Party.Wide.Value : Party.Medium.Value;

    private static void Says(Action action, params string[] words)
    {
        CkksException exception = Assert.Throws<CkksException>(action);
        Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
    }
}
