namespace FastDPMeta.Kernels.Scalar;

/// <summary>
/// Constants of the elementary functions, shared by the vector forms (<see cref="LaneMath{TLane, TVector}"/>) and the scalar form
/// (<see cref="SingleMath"/>). Polynomials are minimax (Remez exchange in 50 digits, relative error of the whole function as weight),
/// rounded to float. ln 2 is split after W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980, chapter 6:
/// the high part has so few bits that n times it is exact.
/// </summary>
internal static class LaneConstants
{
    public const float Log2E = 1.44269504f;
    public const float Ln2High = 0.693359375f;
    public const float Ln2Low = -2.12194440e-4f;

    /// <summary>
    /// 1.5·2²³ plus an exponent's bias. Near 1.5·2²³ floats are one apart: adding it rounds to a whole number and leaves that number, biased,
    /// in the low bits (those of 1.5·2²³ are clear), where a shift makes a power of two of it.
    /// </summary>
    public const float Biased = 12582912f + LaneBits.ExponentBias;

    /// <summary>The same with the bias twice, for a power that two factors share.</summary>
    public const float BiasedTwice = Biased + LaneBits.ExponentBias;

    /// <summary>The same as <see cref="Biased"/> with 64 more, for powers too small for a float: <see cref="LowerAgain"/> takes it back.</summary>
    public const float Raised = Biased + 64f;

    /// <summary>2⁻⁶⁴.</summary>
    public const float LowerAgain = 5.42101086e-20f;

    /// <summary>Beyond it eˣ is infinite.</summary>
    public const float ExpMaximum = 89f;

    /// <summary>Below it eˣ rounds to zero.</summary>
    public const float ExpMinimum = -104f;

    // eʳ = 1 + r + r²·(E0 + E1·r + …) on |r| ≤ ln 2 / 2, relative error 3.1e-9.
    public const float E0 = 0.49999994f;
    public const float E1 = 0.166665211f;
    public const float E2 = 0.041668389f;
    public const float E3 = 0.0083687352f;
    public const float E4 = 0.0013814558f;

    // ln(1+f) = f - f²/2 + f³·(L0 + L1·f + …) on |f| ≤ 1/3, relative error 4.6e-9.
    public const float L0 = 0.333332151f;
    public const float L1 = -0.249997973f;
    public const float L2 = 0.200104177f;
    public const float L3 = -0.166805029f;
    public const float L4 = 0.140056416f;
    public const float L5 = -0.121840164f;
    public const float L6 = 0.139856845f;
    public const float L7 = -0.128929049f;

    /// <summary>The smallest normal float; below it a logarithm scales first.</summary>
    public const float SmallestNormal = 1.17549435e-38f;

    /// <summary>2²³, which makes every denormal normal.</summary>
    public const float DenormalScale = 8388608f;

    /// <summary>Beyond it tanh rounds to ±1.</summary>
    public const float TanhMaximum = 10f;

    /// <summary>Up to it the scalar form of tanh takes a polynomial, where 1 - 2/(e²ˣ+1) would cancel.</summary>
    public const float TanhSmall = 0.6f;

    // tanh x = x + x·z·(T0 + T1·z + …), z = x², on |x| ≤ 0.6, relative error 2.7e-9.
    public const float T0 = -0.333332986f;
    public const float T1 = 0.133319587f;
    public const float T2 = -0.0537866838f;
    public const float T3 = 0.0208053887f;
    public const float T4 = -0.00590587361f;

    /// <summary>Up to it erf is a polynomial, beyond it 1 - eᵖ.</summary>
    public const float ErfSmall = 0.9f;

    /// <summary>Beyond it erf rounds to ±1.</summary>
    public const float ErfMaximum = 3.95f;

    // erf x = x + x·(R0 + R1·z + …), z = x², on |x| ≤ 0.9, relative error 3.0e-10.
    public const float R0 = 0.128379166f;
    public const float R1 = -0.376126349f;
    public const float R2 = 0.112837151f;
    public const float R3 = -0.0268605109f;
    public const float R4 = 0.00520386267f;
    public const float R5 = -0.000817567459f;
    public const float R6 = 0.0000851323057f;

    // erf x = 1 - eᵖ, p = Q0 + Q1·x + …, on 0.9 ≤ x ≤ 3.95, relative error of erf 1.7e-9.
    public const float Q0 = -0.000166449187f;
    public const float Q1 = -1.12779725f;
    public const float Q2 = -0.636976123f;
    public const float Q3 = -0.104113668f;
    public const float Q4 = 0.0223152079f;
    public const float Q5 = -0.003065489f;
    public const float Q6 = 0.00019821951f;
}
