namespace FastDPMeta.Privacy.Accounting;

/// <summary>An (ε, δ) guarantee: for neighbouring data sets P(output ∈ S) ≤ e^ε·P'(output ∈ S) + δ (Dwork and Roth 2014, definition 2.4).</summary>
/// <param name="Epsilon">ε ≥ 0, rounded up; <see cref="double.PositiveInfinity"/> where there is no protection.</param>
/// <param name="Delta">δ in (0, 1).</param>
/// <param name="Neighbours">Which data sets are compared.</param>
public readonly record struct EpsilonDelta(double Epsilon, double Delta, NeighbouringRelation Neighbours);
