namespace FastDPMeta.Privacy.Accounting;

/// <summary>A probability with its bounds.</summary>
/// <param name="Lower">At least this.</param>
/// <param name="Upper">At most this.</param>
public readonly record struct RateInterval(double Lower, double Upper);
