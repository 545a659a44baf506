namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>The ε of a composition, enclosed: the smallest ε ≥ 0 that its dominating pairs have at the given δ lies between both ends, rounding included.</summary>
/// <param name="Lower">A lower bound, ≥ 0, possibly ∞.</param>
/// <param name="Upper">An upper bound: the ε to promise; ∞ where nothing smaller holds.</param>
/// <param name="LowerEngine">What proved the lower bound.</param>
/// <param name="UpperEngine">What proved the upper bound.</param>
public readonly record struct EpsilonInterval(double Lower, double Upper, AccountingEngine LowerEngine, AccountingEngine UpperEngine)
{
    /// <summary>Upper - Lower; 0 where both are infinite.</summary>
    public double Width => Upper == Lower ? 0 : Upper - Lower;
}
