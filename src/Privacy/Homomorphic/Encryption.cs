using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>The steps that encryptions share.</summary>
internal static class Encryption
{
    /// <summary>e - a·s as values, e a fresh error: an encryption of 0 whose second part is a.</summary>
    public static RnsPolynomial MaskedError(CkksContext context, RnsPolynomial mask, RnsPolynomial secret, RingSampler sampler)
    {
        RnsPolynomial result = Error(context, mask.Limbs, sampler);
        RnsPolynomial product = context.RentLimb();
        for (int i = 0; i < mask.Limbs; i++)
        {
            context.Kernels.Multiply(product.Limb(0), mask.Limb(i), secret.Limb(i), context.Prime(i));
            context.Kernels.Subtract(result.Limb(i), result.Limb(i), product.Limb(0), context.Prime(i));
        }

        product.Clear();
        context.Return(product);
        return result;
    }

    /// <summary>A fresh error polynomial as values modulo the first primes.</summary>
    public static RnsPolynomial Error(CkksContext context, int limbs, RingSampler sampler)
    {
        sbyte[] coefficients = GC.AllocateArray<sbyte>(context.Parameters.Degree, pinned: true);
        sampler.Binomial(coefficients);
        return Small(context, limbs, coefficients);
    }

    /// <summary>Small coefficients as values modulo the first primes; the coefficients are overwritten.</summary>
    public static RnsPolynomial Small(CkksContext context, int limbs, Span<sbyte> coefficients)
    {
        RnsPolynomial result = context.NewPolynomial(limbs);
        for (int i = 0; i < limbs; i++)
        {
            Span<double> limb = result.Limb(i);
            for (int k = 0; k < limb.Length; k++)
            {
                limb[k] = coefficients[k];
            }

            context.Forward(limb, i);
        }

        coefficients.Clear();
        return result;
    }

    /// <summary>(e - a·s + m, a) with a from a fresh seed.</summary>
    public static (RnsPolynomial First, byte[] Seed) Seeded(CkksContext context, CkksPlaintext plaintext, RnsPolynomial secret)
    {
        byte[] seed = SwitchingKey.NewSeed();
        using RingSampler sampler = new();
        RnsPolynomial first = MaskedError(context, Mask(context, seed, plaintext.Values.Limbs), secret, sampler);
        for (int i = 0; i < first.Limbs; i++)
        {
            context.Kernels.Add(first.Limb(i), first.Limb(i), plaintext.Values.Limb(i), context.Prime(i));
        }

        return (first, seed);
    }

    /// <summary>The mask of a seeded ciphertext.</summary>
    public static RnsPolynomial Mask(CkksContext context, byte[] seed, int limbs)
    {
        using RingSampler sampler = new(RandomKey.FromBytes(seed));
        RnsPolynomial mask = context.NewPolynomial(limbs);
        sampler.Uniform(mask, context.Parameters.Primes);
        return mask;
    }
}
