namespace FastDPMeta.Engine.Nn;

/// <summary>Over what a network's features are normalised. A few-shot result means little without it, so it is always named, and no model chooses for itself.</summary>
public enum NormKind
{
    /// <summary>Nothing is normalised.</summary>
    None,

    /// <summary>
    /// Each channel by mean and variance over the support set of the task (<see cref="TaskNorm"/>); queries by the same numbers, each for itself. What is predicted for a query
    /// does not depend on which others are asked for.
    /// </summary>
    PerTask,

    /// <summary>
    /// Each channel by mean and variance of the batch at hand (<see cref="TaskNorm"/>): of the queries themselves when queries are predicted, so that the queries, asked for all at once, help each
    /// other. Worth about two points of accuracy at one shot (Nichol, Achiam and Schulman 2018, table 2), and not what somebody with one query gets. Refused under a privacy plan.
    /// </summary>
    Transductive,

    /// <summary>Groups of channels of one example (<see cref="GroupNorm"/>, <see cref="InstanceNorm"/>).</summary>
    Group,

    /// <summary>All features of one example (<see cref="LayerNorm"/>, <see cref="RmsNorm"/>, a <see cref="GroupNorm"/> of one group).</summary>
    Layer,
}
