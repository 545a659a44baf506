namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// An op's isolation rule, applied: where the rows of the result stand, each made of its own input rows alone; or that rows were added up; or that they mix.
/// </summary>
/// <param name="Place">Where the result's rows stand, or null.</param>
/// <param name="Mixing">How rows mix, and what to do instead; null when they do not.</param>
internal readonly record struct RowFlow(RowFlowPlace? Place, string? Mixing)
{
    /// <summary>Rows were added up, with weights of their own or shared ones; no row is left.</summary>
    public static RowFlow Summed => default;

    /// <summary>Each row of the result depends on its own input rows only.</summary>
    public static RowFlow At(RowFlowPlace place) => new(place, null);

    /// <summary>Rows depend on one another, or can't be told apart.</summary>
    public static RowFlow Mixed(string reason) => new(null, reason);
}
