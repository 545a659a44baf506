namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Where a tensor's rows stand: along <paramref name="Axis"/>, whose index is <c>(outer·rows + row)·Inner + inner</c>. An axis of rows alone has
/// <paramref name="Outer"/> = <paramref name="Inner"/> = 1; reshapes that join axes make them larger.
/// </summary>
internal readonly record struct RowFlowPlace(int Axis, int Outer = 1, int Inner = 1);
