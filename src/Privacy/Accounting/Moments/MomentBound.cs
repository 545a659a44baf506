namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// An upper bound of <c>log A(α) = (α-1)·D_α</c> for one mechanism, over all neighbouring data sets and in both directions. Such bounds add under
/// adaptive composition (Mironov 2017, "Rényi Differential Privacy", proposition 1).
/// </summary>
internal abstract class MomentBound
{
    /// <summary>Whether the mechanism depends on data at all; false makes it free.</summary>
    public abstract bool Depends { get; }

    /// <summary>
    /// The probability, the same under both neighbours, of an event whose outcome may be treated as public and that
    /// <see cref="LogMomentWithoutTail"/> leaves out: to be paid for in δ, once a release. 0 where nothing is left out.
    /// </summary>
    public virtual double Tail => 0;

    /// <summary>The bound, everything included.</summary>
    /// <param name="order">α > 1.</param>
    /// <returns>≥ 0, rounded up.</returns>
    public abstract double LogMoment(double order);

    /// <summary>The bound given that the event of probability <see cref="Tail"/> did not happen.</summary>
    /// <param name="order">α > 1.</param>
    /// <returns>≥ 0, rounded up.</returns>
    public virtual double LogMomentWithoutTail(double order) => LogMoment(order);
}
