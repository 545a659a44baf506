namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of discrete Gaussian noise on a Poisson lot. E[l^k] = e^{(k²-k)Δ²/2σ²} holds for whole k as for the continuous Gaussian, since a shift by kΔ leaves the lattice where it is; so at whole orders
/// the binomial sum is the same. Between them it is not: e^{…} is then only a bound of E[l^k], and terms have signs.
/// </summary>
/// <param name="rate">q in (0, 1).</param>
/// <param name="noiseMultiplier">σ/Δ above 0.</param>
internal sealed class SampledLatticeMoments(double rate, double noiseMultiplier) : WholeOrderMoments
{
    private readonly SampledGaussian _continuous = new(rate, noiseMultiplier);

    /// <inheritdoc/>
    public override bool Depends => true;

    /// <inheritdoc/>
    protected override double Beyond(double order) => order * (order - 1) / (2 * noiseMultiplier * noiseMultiplier) * (1 + 1e-15);

    /// <inheritdoc/>
    protected override double AtWhole(int order) => _continuous.BinomialSum(order) * (1 + SampledGaussian.RoundingSlack);
}
