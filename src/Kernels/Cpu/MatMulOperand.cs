using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>One factor of a product: how its rows and its columns walk.</summary>
/// <param name="Row">From one row to the next.</param>
/// <param name="Column">From one column to the next.</param>
internal readonly record struct MatMulOperand(MatrixAxis Row, MatrixAxis Column)
{
    /// <summary>Whether both axes have a single stride.</summary>
    public bool IsSimple => Row.IsSimple && Column.IsSimple;

    /// <summary>The transposed factor.</summary>
    public MatMulOperand Transpose() => new(Column, Row);
}
