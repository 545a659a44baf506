namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>
/// ε and δ of compositions as certified intervals: closed forms first, then the contour, then privacy loss distributions, and moments where all else would be
/// too much work. Each direction is composed apart; the larger answer counts.
/// </summary>
internal static class CertifiedAccountant
{
    /// <summary>Encloses the smallest ε ≥ 0 at a given δ.</summary>
    /// <param name="composition">What was released.</param>
    /// <param name="delta">δ in (0, 1).</param>
    public static EpsilonInterval Epsilon(ReadOnlySpan<ComposedPair> composition, double delta) => throw new NotSupportedException();

    /// <summary>Encloses the smallest δ at a given ε.</summary>
    /// <param name="composition">What was released.</param>
    /// <param name="epsilon">ε ≥ 0, finite.</param>
    public static DeltaInterval Delta(ReadOnlySpan<ComposedPair> composition, double epsilon) => throw new NotSupportedException();
}
