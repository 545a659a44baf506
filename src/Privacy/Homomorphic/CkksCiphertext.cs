namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Encrypted slots. Immutable: operations of <see cref="CkksEvaluator"/> give new ones. Carries its level and scale, and bounds on the size and error of
/// its slots that
/// follow from what was done, not from the secret numbers.
/// </summary>
public sealed class CkksCiphertext
{
    internal CkksCiphertext(CkksParameters parameters, KeyId key, RnsPolynomial[] parts, double scale, double magnitude, double deviation)
    {
        (Parameters, Key, Parts, Scale, Magnitude, Deviation) = (parameters, key, parts, scale, magnitude, deviation);
    }

    /// <summary>What it was encrypted for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Rescalings left.</summary>
    public int Level => Parts[0].Limbs - 1;

    /// <summary>What the slots were multiplied by.</summary>
    public double Scale { get; }

    /// <summary>A bound on the absolute value of slots: the plaintext's at encryption (which the encryptor chooses to tell), then by the operations.</summary>
    public double Magnitude { get; }

    /// <summary>
    /// A bound on the error of every slot, in units of the slots: fourteen standard deviations by the canonical-embedding heuristic. Errors below it are
    /// what CKKS calls a result.
    /// </summary>
    public double ErrorBound => NoiseModel.Deviations * Deviation / Scale;

    /// <summary>Whether it is the three-part result of a product that was not relinearised.</summary>
    public bool NeedsRelinearisation => Parts.Length > 2;

    /// <summary>Names the secret key that opens it, without telling anything of it.</summary>
    internal KeyId Key { get; }

    /// <summary>c₀, c₁ and perhaps c₂ with c₀ + c₁·s + c₂·s² = message + error; limbs are values.</summary>
    internal RnsPolynomial[] Parts { get; }

    /// <summary>Deviation of a slot's error, before division by the scale.</summary>
    internal double Deviation { get; }

    /// <summary>
    /// The same ciphertext with a tighter bound on its slots, which the caller knows from elsewhere. Bounds of long computations multiply up; a statement
    /// that does not hold makes later bounds wrong, and with them the noise of a release too small.
    /// </summary>
    /// <param name="magnitude">Above 0, finite.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public CkksCiphertext StateMagnitude(double magnitude)
    {
        new ArgumentErrors("CkksCiphertext.StateMagnitude")
            .Require(magnitude > 0 && double.IsFinite(magnitude), nameof(magnitude), magnitude, "must be finite and above 0", "Give the largest absolute value of a slot.")
            .Throw();
        return With(Parts, Scale, magnitude, Deviation);
    }

    internal CkksCiphertext With(RnsPolynomial[] parts, double scale, double magnitude, double deviation) =>
        new(Parameters, Key, parts, scale, magnitude, deviation);

    /// <summary>Writes it.</summary>
    /// <param name="stream">Where to, from the current place.</param>
    public void Save(Stream stream)
    {
        using CkksWriter writer = new(stream, CkksFileKind.Ciphertext, Parameters);
        writer.Write(Key);
        writer.Write(Level);
        writer.Write(Parts.Length);
        writer.Write(Scale);
        writer.Write(Magnitude);
        writer.Write(Deviation);
        foreach (RnsPolynomial part in Parts)
        {
            writer.Write(part, Parameters.Primes);
        }

        writer.Finish();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">From the current place to its end.</param>
    /// <param name="parameters">What it must be for; null takes the file's.</param>
    /// <exception cref="CkksException">The file is damaged, cut, longer than it should be, of another kind, or for other parameters.</exception>
    public static CkksCiphertext Load(Stream stream, CkksParameters? parameters = null)
    {
        using CkksReader reader = new(stream, CkksFileKind.Ciphertext, parameters);
        KeyId key = reader.Key();
        int level = reader.Int32("level", 0, reader.Parameters.Levels);
        int count = reader.Int32("number of parts", 2, 3);
        double scale = reader.Double("scale", 1);
        double magnitude = reader.Double("magnitude", 0);
        double deviation = reader.Double("error", 0);
        RnsPolynomial[] parts = new RnsPolynomial[count];
        for (int part = 0; part < count; part++)
        {
            parts[part] = reader.Polynomial(level + 1, reader.Parameters.Primes);
        }

        reader.Finish();
        return new CkksCiphertext(reader.Parameters, key, parts, scale, magnitude, deviation);
    }
}
