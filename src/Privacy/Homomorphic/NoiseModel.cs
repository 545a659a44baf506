namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Standard deviations of the error in a slot, in units of the encoded numbers (before division by the scale). A slot is a sum of N coefficients times
/// roots of unity, so its deviation
/// is √N times a coefficient's; products in the ring are products of slots (canonical-embedding heuristic: Gentry, Halevi, Smart 2012, appendix A.5; for
/// CKKS, Costache, Curtis, Hales, Murphy, Ogilvie, Player 2023).
/// Errors of different operands are added as if they always pulled together, which holds whether they depend on each other or not.
/// </summary>
internal sealed class NoiseModel(CkksParameters parameters)
{
    /// <summary>
    /// Deviations within which every slot of a ciphertext stays. Most errors are products of two nearly normal numbers (a rounding or a digit, times a slot
    /// of the secret or of a key's error), and
    /// the product of two complex normal numbers exceeds k deviations with probability 2k·K₁(2k) ≈ √(πk)·e⁻²ᵏ: 5e-12 a slot at 14.
    /// </summary>
    public const double Deviations = 14;

    /// <summary>Variance of the centred binomial law of 2·21 coins.</summary>
    public const double ErrorVariance = RingSampler.Coins / 2.0;

    // Doubles carry 2⁻⁵³; the transform has log N ≤ 16 stages, each with a few roundings.
    private const double TransformError = 1.0 / (1L << 48);
    private readonly double _degree = parameters.Degree;

    /// <summary>E‖s‖² of a uniform ternary polynomial.</summary>
    private double SecretNorm => 2 * _degree / 3;

    /// <summary>Rounding of coefficients to whole numbers, and of the transform.</summary>
    public double Encoding(double magnitude, double scale) => Math.Sqrt(_degree / 12) + (magnitude * scale * TransformError);

    /// <summary>Fresh under the secret key: one error polynomial.</summary>
    public double FreshSymmetric => Math.Sqrt(_degree * ErrorVariance);

    /// <summary>Fresh under a public key: e₀ + e₁·s + u·e.</summary>
    public double FreshPublic => Math.Sqrt(_degree * ErrorVariance * (1 + (2 * SecretNorm)));

    /// <summary>Rounding of both parts after division by a prime: τ₀ + τ₁·s.</summary>
    public double Rounding => Math.Sqrt(_degree / 12 * (1 + SecretNorm));

    /// <summary>The same for a product that was not relinearised: a third part, which meets s². Twice, for the heavier tail of a product of three.</summary>
    public double RoundingOfThree => 2 * Math.Sqrt(_degree) * Rounding;

    /// <summary>Key switching at <paramref name="level"/>: digits times errors, divided by the special primes, and the rounding.</summary>
    public double KeySwitch(int level)
    {
        double special = 1;
        for (int i = 0; i < parameters.SpecialPrimes; i++)
        {
            special *= parameters.Primes[parameters.Levels + 1 + i].Prime;
        }

        double sum = 0;
        for (int first = 0; first <= level; first += parameters.SpecialPrimes)
        {
            double digit = 1;
            for (int i = first; i <= Math.Min(level, first + parameters.SpecialPrimes - 1); i++)
            {
                digit *= parameters.Primes[i].Prime;
            }

            sum += digit / special * (digit / special);
        }

        return (_degree * Math.Sqrt(ErrorVariance / 12 * sum)) + Rounding;
    }
}
