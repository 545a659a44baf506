namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>A δ with its bounds.</summary>
/// <param name="Lower">A lower bound.</param>
/// <param name="Value">The estimate between.</param>
/// <param name="Upper">An upper bound.</param>
/// <param name="Slope">dδ/dε, approximately.</param>
internal readonly record struct DeltaPoint(double Lower, double Value, double Upper, double Slope);
