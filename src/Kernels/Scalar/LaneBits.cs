namespace FastDPMeta.Kernels.Scalar;

/// <summary>The layout of a float (IEEE 754 binary32), as the formulas on its bits need it.</summary>
internal static class LaneBits
{
    /// <summary>Bits below the exponent.</summary>
    public const int MantissaBits = 23;

    /// <summary>What is added to an exponent before it is stored.</summary>
    public const int ExponentBias = 127;

    /// <summary>The bits of 2/3: subtracting them leaves in the exponent field the e of x = m·2ᵉ with 2/3 ≤ m &lt; 4/3.</summary>
    public const int TwoThirds = 0x3F2AAAAB;
}
