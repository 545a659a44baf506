namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>Slots encoded for one level at one scale: what a ciphertext can be multiplied with or added to without a key.</summary>
public sealed class CkksPlaintext
{
    internal CkksPlaintext(CkksParameters parameters, RnsPolynomial values, double scale, double magnitude, double deviation)
    {
        (Parameters, Values, Scale, Magnitude, Deviation) = (parameters, values, scale, magnitude, deviation);
    }

    /// <summary>What it was encoded for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Rescalings left.</summary>
    public int Level => Values.Limbs - 1;

    /// <summary>What the slots were multiplied by.</summary>
    public double Scale { get; }

    /// <summary>The largest absolute value of a slot.</summary>
    public double Magnitude { get; }

    /// <summary>
    /// The same plaintext with a bound on its slots that does not depend on them, since <see cref="Magnitude"/> travels in the clear with ciphertexts.
    /// </summary>
    /// <param name="magnitude">At least the largest slot's absolute value.</param>
    /// <exception cref="ArgumentException">It is less.</exception>
    public CkksPlaintext StateMagnitude(double magnitude)
    {
        new ArgumentErrors("CkksPlaintext.StateMagnitude")
            .Require(magnitude >= Magnitude && double.IsFinite(magnitude), nameof(magnitude), magnitude, "must be finite and at least the largest slot", "Give a public bound on the data.")
            .Throw();
        return new CkksPlaintext(Parameters, Values, Scale, magnitude, Deviation);
    }

    internal RnsPolynomial Values { get; }

    /// <summary>Deviation of a slot's error, before division by the scale.</summary>
    internal double Deviation { get; }
}
