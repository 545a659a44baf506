namespace FastDPMeta.Privacy.Reports;

/// <summary>What is known about the ε of what was released.</summary>
/// <param name="Lower">No account of what was charged can promise less: the lower end of the certified interval. Null where none is known, as for cut lots, of which only an upper bound is.</param>
/// <param name="Upper">ε holds: rounded up; infinite where something was released without noise.</param>
public readonly record struct ReportedEpsilon(double? Lower, double Upper);
