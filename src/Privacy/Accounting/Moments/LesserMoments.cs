namespace FastDPMeta.Privacy.Accounting;

/// <summary>Two bounds of the same moments: the smaller one counts.</summary>
/// <param name="first">A bound.</param>
/// <param name="second">Another bound of the same release.</param>
internal sealed class LesserMoments(MomentBound first, MomentBound second) : MomentBound
{
    /// <inheritdoc/>
    public override bool Depends => first.Depends && second.Depends;

    /// <inheritdoc/>
    public override double LogMoment(double order) => Math.Min(first.LogMoment(order), second.LogMoment(order));
}
