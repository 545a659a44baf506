using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>What a value knows of the rows: nothing (the default), its own row, or sums over all.</summary>
/// <param name="Place">Where its rows stand, when each depends on its own row.</param>
/// <param name="Sum">The node that added rows up, when the value depends on all.</param>
/// <param name="Bounded">Whether rows are clipped, or sums are of clipped rows.</param>
internal readonly record struct IsolationFlow(RowFlowPlace? Place, Node? Sum, bool Bounded)
{
    /// <summary>Whether it depends on no row.</summary>
    public bool IsShared => Place is null && Sum is null;

    /// <summary>The dependence, for callers.</summary>
    public RowDependence Dependence => this switch
    {
        { Place: not null } => RowDependence.OwnRow,
        { Sum: null } => RowDependence.None,
        { Bounded: true } => RowDependence.ClippedSum,
        _ => RowDependence.UnboundedSum,
    };

    /// <summary>A value that depends on no row.</summary>
    public static IsolationFlow Shared => default;

    /// <summary>The same value as one element of a sequence, or a sequence of it.</summary>
    public IsolationFlow Shift(int axes) => this with { Place = Place is { } place ? place with { Axis = place.Axis + axes } : null };
}
