namespace FastDPMeta.Privacy;

/// <summary>
/// The grid of secure noise: contributions are rounded to multiples of a step, added up as whole numbers, and get discrete Gaussian noise, whole numbers too. Follows from
/// the clip norm and the noise multiplier of a plan, so it is as public as they are.
/// </summary>
public sealed class NoiseLattice
{
    /// <summary>A clip norm has more than half and at most so many steps: 511 units of that length add up below 2²⁴, exactly even in single precision.</summary>
    internal const int MostSteps = 1 << 15;

    /// <summary>Units that a sum in single precision surely holds exactly.</summary>
    internal const int MostUnits = 511;

    /// <summary>
    /// How much longer than the clip norm a unit may be on the lattice. Rounding d numbers lengthens a vector of C by about d·step²/24C as a rule: a thousandth is enough for
    /// 25 million parameters. A unit that is longer all the same contributes zero.
    /// </summary>
    private const double Allowance = 1 + (1.0 / 1024);

    internal NoiseLattice(float clipNorm, double noiseMultiplier)
    {
        // The largest power of two that leaves at most MostSteps steps: exact, and so is every product with it.
        int exponent = (int)Math.Ceiling(Math.Log2(clipNorm / (double)MostSteps));
        Step = Math.ScaleB(1, exponent);
        if (clipNorm / Step > MostSteps)
        {
            Step *= 2; // the logarithm was rounded down
        }

        Sensitivity = Math.Ceiling(clipNorm / Step * Allowance);
        StandardDeviation = Math.Ceiling(noiseMultiplier * Sensitivity);
    }

    /// <summary>The distance of neighbouring values, a power of two.</summary>
    public double Step { get; }

    /// <summary>Δ: the ℓ₂ norm that one unit's whole numbers have at most, in steps; a whole number. It is checked unit by unit.</summary>
    public double Sensitivity { get; }

    /// <summary>s of the discrete Gaussian noise P(x) ∝ e^(-x²/2s²), in steps; a whole number, at least noise multiplier · sensitivity.</summary>
    public double StandardDeviation { get; }
}
