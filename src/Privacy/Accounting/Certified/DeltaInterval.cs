namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>The δ of a composition, enclosed: the smallest δ that its dominating pairs have at the given ε lies between both ends, rounding included.</summary>
/// <param name="Lower">A lower bound in [0, 1].</param>
/// <param name="Upper">An upper bound in [0, 1]: the δ to promise.</param>
/// <param name="LowerEngine">What proved the lower bound.</param>
/// <param name="UpperEngine">What proved the upper bound.</param>
public readonly record struct DeltaInterval(double Lower, double Upper, AccountingEngine LowerEngine, AccountingEngine UpperEngine);
