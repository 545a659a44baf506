namespace FastDPMeta.Privacy.Training;

/// <summary>
/// How a clip norm follows a quantile of the gradients' norms (Andrew, Thakkar, McMahan and Ramaswamy 2021, "Differentially private learning with adaptive
/// clipping", arXiv 1905.03871, algorithm 1, geometric update).
/// </summary>
internal static class AdaptiveClip
{
    /// <summary>Bounds beyond which a norm is no use to float32; no data comes near them.</summary>
    private const float Least = 1e-18f, Greatest = 1e18f;

    /// <summary>
    /// Cₜ₊₁ = Cₜ·exp(-η·(b̃ - quantile)), b̃ = ½ + (Σ(bᵤ - ½) + noise)/expected lot, where bᵤ is 1 for a unit that was not clipped. Centred at one half, a unit
    /// moves the sum by one half; one that is not finite moves it by nothing.
    /// </summary>
    /// <param name="clip">Cₜ.</param>
    /// <param name="lot">What the round counted, before noise.</param>
    /// <param name="plan">Rule, noise and expected lot.</param>
    /// <param name="standardNormal">The noise of this round, before it is scaled.</param>
    public static float Next(float clip, RoundDiagnostics lot, PrivacyPlan plan, double standardNormal)
    {
        Clipping rule = plan.Clipping!;
        double centred = ((lot.Units - lot.NotFinite) / 2.0) - lot.Clipped;
        double share = 0.5 + ((centred + (plan.CountNoise * standardNormal)) / plan.ExpectedLot);
        return (float)Math.Clamp(clip * Math.Exp(-rule.Rate * (share - rule.Quantile)), Least, Greatest);
    }
}
