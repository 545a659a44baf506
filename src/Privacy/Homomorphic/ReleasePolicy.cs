using System.Globalization;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// What happens to decrypted slots before anybody else sees them. A CKKS result carries the error of its ciphertext, and exact results let others solve for
/// the secret key (Li, Micciancio 2021): normal noise that
/// floods the error prevents it. Standard deviation √(12·τ)·2^(s/2) times the bound of the error's length (all slots) (Li, Micciancio, Schultz, Sorrell 2022/816), s bits of
/// statistical security, τ decryptions.
/// </summary>
public sealed class ReleasePolicy
{
    private ReleasePolicy(int statisticalBits, int decryptions) => (StatisticalBits, Decryptions) = (statisticalBits, decryptions);

    /// <summary>Bits of statistical security.</summary>
    public int StatisticalBits { get; }

    /// <summary>Most results that will ever be released under one key.</summary>
    public int Decryptions { get; }

    /// <summary>The noise's standard deviation over the bound of the error's length.</summary>
    public double Factor => Math.Sqrt(12.0 * Decryptions) * Math.Pow(2, StatisticalBits / 2.0);

    /// <summary>Flooding.</summary>
    /// <param name="statisticalBits">Bits of statistical security, 20 to 80; 30 is usual. Each costs half a bit of precision.</param>
    /// <param name="decryptions">Most results that will ever be released under one key, 1 to 2²⁰. The caller counts.</param>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public static ReleasePolicy Flood(int statisticalBits = 30, int decryptions = 1)
    {
        new ArgumentErrors("ReleasePolicy.Flood")
            .Require(statisticalBits is >= 20 and <= 80, nameof(statisticalBits), statisticalBits, "must lie in [20, 80]", "30 is usual.")
            .Require(decryptions is >= 1 and <= 1 << 20, nameof(decryptions), decryptions, "must lie in [1, 1048576]", "Count the results that will be shared.")
            .Throw();
        return new ReleasePolicy(statisticalBits, decryptions);
    }

    /// <summary>The policy in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"flooded by {Factor:G3} lengths of the error ({StatisticalBits} bits, {Decryptions} results)");
}
