using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>What an isolation rule sees.</summary>
/// <param name="Node">The node, for shapes.</param>
/// <param name="Places">For each input where its rows stand, or null when all rows share it; at least one is not null.</param>
/// <param name="Rows">Number of rows.</param>
internal readonly record struct RowFlowContext(Node Node, RowFlowPlace?[] Places, int Rows)
{
    /// <summary>The rows' place in the first input.</summary>
    public RowFlowPlace First => Places[0]!.Value;

    /// <summary>The same place along another axis.</summary>
    public RowFlow On(int axis) => RowFlow.At(First with { Axis = axis });

    /// <summary>Keeps the place of the first input if <paramref name="keeps"/>, else says how rows mix.</summary>
    public RowFlow KeepIf(bool keeps, string reason) => keeps ? RowFlow.At(First) : RowFlow.Mixed(reason);
}
