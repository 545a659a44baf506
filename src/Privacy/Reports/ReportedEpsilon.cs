namespace FastDPMeta.Privacy.Reports;

/// <summary>What is known about the ε of what was released.</summary>
/// <param name="Lower">No smaller ε holds; null where no lower bound was computed.</param>
/// <param name="Upper">ε holds: rounded up; infinite where something was released without noise.</param>
public readonly record struct ReportedEpsilon(double? Lower, double Upper);
