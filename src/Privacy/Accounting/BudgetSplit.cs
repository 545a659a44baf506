namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One (ε, δ) for several phases of a run, as pretraining, training and a private evaluation. The phases are composed, not added: (ε, δ) is that of all of them together, which is more than ε's of phases that add up to it would allow.
/// </summary>
public static class BudgetSplit
{
    /// <summary>More than what the order of additions can change: charged one after another, phases must not miss the budget by a rounding.</summary>
    private const double Slack = 1 + 1e-7;

    /// <summary>The noise of every phase, in the proportions given, with which all phases together are just within (ε, δ).</summary>
    /// <param name="phases">Every phase as an event of its noise multiplier, whose ε falls with it.</param>
    /// <param name="weights">Proportions of the noise multipliers, above 0 and finite, one for each phase: a phase of weight 2 gets twice the noise of one of weight 1.</param>
    /// <param name="epsilon">ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>The noise multiplier of each phase.</returns>
    /// <exception cref="ArgumentException">An argument is out of range, or the phases hold under different relations.</exception>
    public static IReadOnlyList<double> NoiseMultipliers(IReadOnlyList<Func<double, PrivacyEvent>> phases, IReadOnlyList<double> weights, double epsilon, double delta)
    {
        Check(phases, weights);
        double scale = CertifiedCalibration.NoiseMultiplier(
            noise => new ComposedEvent([.. phases.Zip(weights, (phase, weight) => phase(noise * weight))]), epsilon, delta);
        return [.. weights.Select(weight => scale * weight)];
    }

    /// <summary>As the other, by Rényi divergences, as a <see cref="Ledger.PrivacyLedger"/> counts: noise with which every phase passes a ledger of this budget. A little more than the certified least.</summary>
    /// <param name="phases">Every phase as an event of its noise multiplier, whose ε falls with it.</param>
    /// <param name="weights">Proportions of the noise multipliers, above 0 and finite, one for each phase.</param>
    /// <param name="epsilon">ε > 0, finite.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <returns>The noise multiplier of each phase.</returns>
    /// <exception cref="ArgumentException">An argument is out of range, or the phases hold under different relations.</exception>
    public static IReadOnlyList<double> LedgerNoiseMultipliers(IReadOnlyList<Func<double, PrivacyEvent>> phases, IReadOnlyList<double> weights, double epsilon, double delta)
    {
        Check(phases, weights);
        new ArgumentErrors(nameof(LedgerNoiseMultipliers)).Epsilon(epsilon).Delta(delta).Throw();
        double scale = Calibration.NoiseMultiplier(
            noise => new ComposedEvent([.. phases.Zip(weights, (phase, weight) => phase(noise * weight))]), 1, epsilon, delta);
        return [.. weights.Select(weight => scale * weight * Slack)];
    }

    private static void Check(IReadOnlyList<Func<double, PrivacyEvent>> phases, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(phases);
        ArgumentNullException.ThrowIfNull(weights);
        if (phases.Count == 0 || weights.Count != phases.Count || weights.Any(weight => !(weight > 0) || !double.IsFinite(weight)))
        {
            throw new ArgumentException("Give as many weights as phases, at least one, each finite and above 0.", nameof(weights));
        }
    }
}
