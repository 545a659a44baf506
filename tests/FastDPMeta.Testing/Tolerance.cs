namespace FastDPMeta.Testing;

/// <summary>How far float32 results may be from the double-precision oracle, and why.</summary>
public static class Tolerance
{
    /// <summary>Distance between 1 and the next float32.</summary>
    public const double Epsilon = 1.0 / (1 << 23);

    /// <summary>
    /// Relative to the largest magnitude in the result. A value is a chain of some tens of roundings, each half an epsilon of what it
    /// rounds, and of functions accurate to two epsilons; sums of n terms add log₂ n to n halves. Intermediate values in the samples stay
    /// below about twenty times the result. 64 epsilons (8e-6) cover that; a wrong element or a forgotten term is 1e-2 and more.
    /// </summary>
    public const double Compiled = 64 * Epsilon;

    /// <summary>Second derivatives divide and square more often: intermediate values may be two hundred times the result.</summary>
    public const double CompiledSecondDerivative = 512 * Epsilon;
}
