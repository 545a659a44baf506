namespace FastDPMeta.Privacy.Accounting;

/// <summary>A quantity to be minimised over Rényi orders. Implemented by structs, so that a search allocates nothing.</summary>
internal interface IOrderObjective
{
    /// <summary>The quantity at an order.</summary>
    /// <param name="order">α > 1.</param>
    double At(double order);
}
