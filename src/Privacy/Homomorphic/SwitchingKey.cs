using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Turns what another secret opens into what s opens: for every digit of primes, an encryption (b, a) under s, modulo all primes, of P times the other
/// secret on the digit's primes and 0 on the others.
/// The masks a come from a public seed, so that files carry only b.
/// </summary>
internal sealed class SwitchingKey
{
    private SwitchingKey(byte[] seed, RnsPolynomial[] b, RnsPolynomial[] a) => (Seed, B, A) = (seed, b, a);

    public byte[] Seed { get; }

    public RnsPolynomial[] B { get; }

    public RnsPolynomial[] A { get; }

    /// <summary>Digits: groups of as many primes as there are special ones.</summary>
    public static int Digits(CkksParameters parameters) => (parameters.Levels + parameters.SpecialPrimes) / parameters.SpecialPrimes;

    /// <summary>A key from <paramref name="other"/> to <paramref name="secret"/>, both as values modulo all primes.</summary>
    public static SwitchingKey Create(CkksContext context, RnsPolynomial secret, RnsPolynomial other)
    {
        byte[] seed = NewSeed();
        RnsPolynomial[] a = Masks(context, seed);
        RnsPolynomial[] b = new RnsPolynomial[a.Length];
        using RingSampler sampler = new();
        int width = context.Parameters.SpecialPrimes;
        for (int digit = 0; digit < b.Length; digit++)
        {
            b[digit] = Encryption.MaskedError(context, a[digit], secret, sampler);
            for (int i = digit * width; i < Math.Min((digit + 1) * width, context.FirstSpecial); i++)
            {
                context.Kernels.MultiplyAdd(b[digit].Limb(i), other.Limb(i), SpecialProduct(context, i), context.Prime(i));
            }
        }

        return new SwitchingKey(seed, b, a);
    }

    /// <summary>From a file: the masks are made again.</summary>
    public static SwitchingKey FromSeed(CkksContext context, byte[] seed, RnsPolynomial[] b) => new(seed, b, Masks(context, seed));

    public static byte[] NewSeed() => System.Security.Cryptography.RandomNumberGenerator.GetBytes(RandomKey.Bytes);

    private static RnsPolynomial[] Masks(CkksContext context, byte[] seed)
    {
        using RingSampler sampler = new(RandomKey.FromBytes(seed));
        RnsPolynomial[] masks = new RnsPolynomial[Digits(context.Parameters)];
        for (int digit = 0; digit < masks.Length; digit++)
        {
            masks[digit] = context.NewPolynomial(context.AllPrimes);
            sampler.Uniform(masks[digit], context.Parameters.Primes);
        }

        return masks;
    }

    /// <summary>P modulo the prime at <paramref name="index"/>.</summary>
    private static double SpecialProduct(CkksContext context, int index)
    {
        double product = 1;
        for (int i = context.FirstSpecial; i < context.AllPrimes; i++)
        {
            product = context.Prime(index).Reduce(context.Prime(index).Multiply(product, context.Prime(index).Reduce(context.Prime(i).Prime)));
        }

        return product;
    }
}
