namespace FastDPMeta.Privacy.Accounting;

/// <summary>Gaussian releases together are one Gaussian release: 1/σ² = Σ nᵢ/σᵢ².</summary>
internal static class GaussianSum
{
    /// <summary>The noise multiplier of all releases together, rounded down; null where one of them is no plain Gaussian, or none is there.</summary>
    public static double? Of(SingleReleases releases)
    {
        double precision = 0;
        foreach ((PrivacyEvent release, long count) in releases.Items)
        {
            double? multiplier = release switch
            {
                GaussianEvent gaussian => gaussian.NoiseMultiplier,
                PoissonSampledGaussianEvent { SamplingRate: 1 } gaussian => gaussian.NoiseMultiplier,
                FixedSizeSampledGaussianEvent drawn when drawn.Lot == drawn.Population => drawn.NoiseMultiplier,
                _ => null,
            };
            if (multiplier is not { } sigma)
            {
                return null;
            }

            precision += count / (sigma * sigma);
        }

        return precision == 0 || releases.Unprotected > 0 ? null : releases.Items is [(GaussianEvent only, 1)] ? only.NoiseMultiplier : Math.Sqrt(1 / precision) * (1 - ((releases.Items.Count + 4) * 1.2e-16));
    }
}
