using FastDPMeta.Kernels.Ntt;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Hybrid key switching (Han, Ki 2020): digits of the polynomial are raised to all primes, multiplied by the key, and divided by the special primes.
/// </summary>
internal static class KeySwitching
{
    /// <summary>
    /// The digits of <paramref name="polynomial"/>, values modulo the first primes, as values modulo those and the special primes: what rotations of one
    /// ciphertext share (hoisting: Halevi, Shoup 2018).
    /// </summary>
    public static RnsPolynomial[] Decompose(CkksContext context, RnsPolynomial polynomial)
    {
        int width = context.Parameters.SpecialPrimes;
        int limbs = polynomial.Limbs;
        RnsPolynomial[] digits = new RnsPolynomial[(limbs + width - 1) / width];
        for (int digit = 0; digit < digits.Length; digit++)
        {
            RnsPolynomial raised = context.NewPolynomial(limbs + width);
            Raise(context, polynomial, digit, raised.Limb);
            digits[digit] = raised;
        }

        return digits;
    }

    /// <summary>Decomposes, multiplies by the key and divides, keeping one limb of a digit at a time.</summary>
    public static (RnsPolynomial First, RnsPolynomial Second) Apply(CkksContext context, RnsPolynomial polynomial, SwitchingKey key)
    {
        (RnsPolynomial first, RnsPolynomial second) = Sums(context, polynomial.Limbs);
        int width = context.Parameters.SpecialPrimes;
        RnsPolynomial limb = context.RentLimb();
        for (int digit = 0; digit * width < polynomial.Limbs; digit++)
        {
            int current = digit;
            Raise(context, polynomial, digit, _ => limb.Limb(0), (i, prime) => Accumulate(context, first, second, i, prime, limb.Limb(0), key, current));
        }

        context.Return(limb);
        return (Divide(context, first, polynomial.Limbs), Divide(context, second, polynomial.Limbs));
    }

    /// <summary>The same from digits made before, seen through the automorphism <paramref name="element"/>.</summary>
    public static (RnsPolynomial First, RnsPolynomial Second) Apply(CkksContext context, RnsPolynomial[] digits, SwitchingKey key, int element)
    {
        int limbs = digits[0].Limbs - context.Parameters.SpecialPrimes;
        (RnsPolynomial first, RnsPolynomial second) = Sums(context, limbs);
        RnsPolynomial limb = context.RentLimb();
        for (int digit = 0; digit < digits.Length; digit++)
        {
            for (int i = 0; i < digits[digit].Limbs; i++)
            {
                context.Automorphism(limb.Limb(0), digits[digit].Limb(i), element);
                Accumulate(context, first, second, i, PrimeOf(context, i, limbs), limb.Limb(0), key, digit);
            }
        }

        context.Return(limb);
        return (Divide(context, first, limbs), Divide(context, second, limbs));
    }

    private delegate Span<double> Destination(int limb);

    /// <summary>Digit <paramref name="digit"/> modulo every prime in use; <paramref name="done"/> is told of each limb and its prime.</summary>
    private static void Raise(CkksContext context, RnsPolynomial polynomial, int digit, Destination destination, Action<int, int>? done = null)
    {
        int width = context.Parameters.SpecialPrimes;
        int limbs = polynomial.Limbs;
        int begin = digit * width;
        int count = Math.Min(width, limbs - begin);
        RnsPolynomial own = context.NewPolynomial(count);
        RnsPolynomial overflow = context.RentLimb();
        BaseConversion conversion = context.Conversion(begin, count);
        for (int i = 0; i < count; i++)
        {
            polynomial.Limb(begin + i).CopyTo(own.Limb(i));
            context.Inverse(own.Limb(i), begin + i);
        }

        conversion.ToDigits(own, overflow.Limb(0), context.Kernels);
        for (int i = 0; i < limbs + width; i++)
        {
            int prime = PrimeOf(context, i, limbs);
            Span<double> result = destination(i);
            if (i >= begin && i < begin + count)
            {
                polynomial.Limb(i).CopyTo(result); // the digit's own primes: its values are the polynomial's
            }
            else
            {
                conversion.Convert(result, own, overflow.Limb(0), context.Prime(prime), context.Kernels);
                context.Forward(result, prime);
            }

            done?.Invoke(i, prime);
        }

        context.Return(overflow);
    }

    /// <summary>Limbs are the first primes and then the special ones.</summary>
    private static int PrimeOf(CkksContext context, int limb, int limbs) => limb < limbs ? limb : context.FirstSpecial + limb - limbs;

    private static (RnsPolynomial First, RnsPolynomial Second) Sums(CkksContext context, int limbs)
    {
        RnsPolynomial first = context.NewPolynomial(limbs + context.Parameters.SpecialPrimes);
        RnsPolynomial second = context.NewPolynomial(limbs + context.Parameters.SpecialPrimes);
        first.Clear();
        second.Clear();
        return (first, second);
    }

    private static void Accumulate(CkksContext context, RnsPolynomial first, RnsPolynomial second, int limb, int prime, ReadOnlySpan<double> digit, SwitchingKey key, int number)
    {
        PrimeModulus modulus = context.Prime(prime);
        context.Kernels.MultiplyAdd(first.Limb(limb), digit, key.B[number].Limb(prime), modulus);
        context.Kernels.MultiplyAdd(second.Limb(limb), digit, key.A[number].Limb(prime), modulus);
    }

    /// <summary>Divides by the special primes and rounds: (x - (x mod P))/P with the centred remainder.</summary>
    private static RnsPolynomial Divide(CkksContext context, RnsPolynomial x, int limbs)
    {
        int width = context.Parameters.SpecialPrimes;
        RnsPolynomial special = context.NewPolynomial(width);
        RnsPolynomial overflow = context.RentLimb();
        RnsPolynomial limb = context.RentLimb();
        for (int i = 0; i < width; i++)
        {
            x.Limb(limbs + i).CopyTo(special.Limb(i));
            context.Inverse(special.Limb(i), context.FirstSpecial + i);
        }

        BaseConversion conversion = context.Conversion(context.FirstSpecial, width);
        conversion.ToDigits(special, overflow.Limb(0), context.Kernels);
        RnsPolynomial result = context.NewPolynomial(limbs);
        for (int i = 0; i < limbs; i++)
        {
            conversion.Convert(limb.Limb(0), special, overflow.Limb(0), context.Prime(i), context.Kernels);
            context.Forward(limb.Limb(0), i);
            context.Kernels.SubtractMultiply(result.Limb(i), x.Limb(i), limb.Limb(0), context.InverseOfSpecial(i), context.Prime(i));
        }

        context.Return(overflow);
        context.Return(limb);
        return result;
    }
}
