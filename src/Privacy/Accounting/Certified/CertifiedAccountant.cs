
namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>
/// ε and δ of compositions as certified intervals: closed forms first, then the contour, then privacy loss distributions, and moments where all else would be
/// too much work. Each direction is composed apart; the larger answer counts.
/// </summary>
/// <remarks>Every thread has its own engines, whose buffers are kept: an answer of a kind given before allocates nothing.</remarks>
internal static class CertifiedAccountant
{
    [ThreadStatic]
    private static DirectionAccountant? _accountant;

    private static DirectionAccountant Own => _accountant ??= new DirectionAccountant();

    /// <summary>Encloses the smallest ε ≥ 0 at a given δ.</summary>
    /// <param name="composition">What was released.</param>
    /// <param name="delta">δ in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is outside (0, 1) or NaN, a count negative, or the counts too many.</exception>
    public static EpsilonInterval Epsilon(ReadOnlySpan<ComposedPair> composition, double delta)
    {
        if (!(delta > 0 && delta < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "δ must lie strictly between 0 and 1. Choose it well below 1 / population.");
        }

        bool one = Check(composition);
        DirectionAccountant own = Own;
        EpsilonInterval remove = own.Epsilon(composition, adds: false, delta);
        return one ? remove : Larger(remove, own.Epsilon(composition, adds: true, delta));
    }

    /// <summary>Encloses the smallest δ at a given ε.</summary>
    /// <param name="composition">What was released.</param>
    /// <param name="epsilon">ε ≥ 0, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative, infinite or NaN, a count negative, or the counts too many.</exception>
    public static DeltaInterval Delta(ReadOnlySpan<ComposedPair> composition, double epsilon)
    {
        if (!(epsilon >= 0) || double.IsInfinity(epsilon))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε must be finite and at least 0.");
        }

        bool one = Check(composition);
        DirectionAccountant own = Own;
        DeltaInterval remove = own.Delta(composition, adds: false, epsilon);
        if (one)
        {
            return remove;
        }

        DeltaInterval add = own.Delta(composition, adds: true, epsilon);
        return new DeltaInterval(
            Math.Max(remove.Lower, add.Lower),
            Math.Max(remove.Upper, add.Upper),
            remove.Lower >= add.Lower ? remove.LowerEngine : add.LowerEngine,
            remove.Upper >= add.Upper ? remove.UpperEngine : add.UpperEngine);
    }

    private static EpsilonInterval Larger(EpsilonInterval left, EpsilonInterval right) => new(
        Math.Max(left.Lower, right.Lower),
        Math.Max(left.Upper, right.Upper),
        left.Lower >= right.Lower ? left.LowerEngine : right.LowerEngine,
        left.Upper >= right.Upper ? left.UpperEngine : right.UpperEngine);

    /// <summary>Whether both directions are one.</summary>
    private static bool Check(ReadOnlySpan<ComposedPair> composition)
    {
        bool one = true;
        double total = 0;
        foreach (ComposedPair part in composition)
        {
            ArgumentNullException.ThrowIfNull(part.Pairs);
            ArgumentOutOfRangeException.ThrowIfNegative(part.Count);
            one &= part.Pairs.Symmetric || part.Count == 0;
            total += part.Count;
        }

        return total <= Calibration.MostSteps
            ? one
            : throw new ArgumentOutOfRangeException(nameof(composition), total, "More than 2^50 releases are not accounted for. Give fewer.");
    }
}
