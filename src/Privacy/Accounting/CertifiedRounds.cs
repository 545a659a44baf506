using System.Numerics;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// The certified ε of n equal releases for a caller who asks for one n after the other: computed at every n up to 64, then at 32 numbers a doubling, and at two numbers of special interest; between them that of the next
/// one above holds, since ε rises with n.
/// </summary>
/// <param name="release">The release.</param>
/// <param name="planned">Computed exactly.</param>
/// <param name="affordable">Computed exactly.</param>
internal sealed class CertifiedRounds(PrivacyEvent release, long planned, long affordable)
{
    private const int Steps = 32;

    private long _count = -1;
    private double _delta;
    private double _epsilon;

    /// <summary>An upper bound of the ε of n releases.</summary>
    /// <param name="count">n ≥ 0.</param>
    /// <param name="delta">δ in (0, 1).</param>
    public double Epsilon(long count, double delta)
    {
        if (count == 0)
        {
            return 0;
        }

        long asked = Above(count);
        if (asked != _count || delta != _delta)
        {
            (_count, _delta, _epsilon) = (asked, delta, Of(release, asked, delta));
        }

        return _epsilon;
    }

    /// <summary>Exactly so many.</summary>
    public static double Of(PrivacyEvent release, long count, double delta) => new CertifiedComposition(new SelfComposedEvent(release, count)).UpperEpsilon(delta);

    /// <summary>The next number above, or the number itself, at which ε is computed.</summary>
    private long Above(long count)
    {
        long step = Math.Max(1, (long)BitOperations.RoundUpToPowerOf2((ulong)count) / (2 * Steps));
        long above = (count + step - 1) / step * step;
        above = count <= planned ? Math.Min(above, planned) : above;
        return count <= affordable ? Math.Min(above, affordable) : above;
    }
}
