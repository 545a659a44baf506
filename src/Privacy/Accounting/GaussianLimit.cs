namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// The central limit theorem of Gaussian differential privacy (Bu, Dong, Long, Su 2020, "Deep learning with Gaussian differential privacy"): many sampled Gaussian releases are nearly one Gaussian release of
/// μ = q√(T(e^{1/σ²} - 1)). <b>An estimate, no bound</b>: it understates ε, by hundredths for long runs and by whole units for short ones. For comparison only.
/// </summary>
public static class GaussianLimit
{
    /// <summary>An estimate of ε that promises nothing.</summary>
    /// <param name="rate">q in (0, 1].</param>
    /// <param name="noiseMultiplier">σ > 0.</param>
    /// <param name="steps">T ≥ 0.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public static double EstimateEpsilon(double rate, double noiseMultiplier, long steps, double delta)
    {
        new ArgumentErrors(nameof(EstimateEpsilon)).Rate(rate).NoiseMultiplier(noiseMultiplier).Steps(steps, 0).Delta(delta)
            .Require(noiseMultiplier != 0, nameof(noiseMultiplier), noiseMultiplier, "must be above 0", "Without noise ε is infinite.").Throw();
        double square = steps * PreciseMath.Expm1(1 / (noiseMultiplier * noiseMultiplier));
        double mu = rate * Math.Sqrt(square);
        return mu == 0 ? 0 : double.IsInfinity(mu) ? double.PositiveInfinity : Accountant.Certify(new GaussianEvent(1 / mu), delta).Upper;
    }
}
