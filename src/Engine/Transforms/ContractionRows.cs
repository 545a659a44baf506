using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>Gradients of tables: every unit adds rows at some numbers, [unit, s], and touches few rows of the table.</summary>
internal static class ContractionRows
{
    /// <summary>
    /// The row numbers as the table reads them, whole, and the updates with zeros where a number lies outside the table: what
    /// <see cref="ScatterAddOp"/> really adds, so that two updates are taken for the same row exactly when they are.
    /// </summary>
    public static (Tensor Index, Tensor Updates) InTable(Tensor index, Tensor updates, int rows)
    {
        Shape shape = index.Shape;
        Tensor numbers = index.Iota(rows).Reshape(rows, 1).Gather(index.Reshape(shape.Count)).Reshape(shape);
        Tensor inside = numbers > -1;
        Tensor spread = AxisLists.Restore(inside, updates.Shape, [updates.Shape.Rank - 1]);
        return (Tensor.Select(inside, numbers, numbers.Fill(-1)), Tensor.Select(spread, updates, updates.Fill(0)));
    }

    /// <summary>
    /// ‖G‖² for each unit, G being the gradient of a table of <paramref name="rows"/> rows: equal rows are added up in a small table of s rows, at the place
    /// where their number comes last. Updates whose number lies outside the table are left out.
    /// </summary>
    public static Tensor SquaredNorm(Tensor index, Tensor updates, int rows, PerExampleRounding rounding)
    {
        Tensor last = index.Add(new RowGroupsOp(rows));
        Tensor inside = AxisLists.Restore(last > -1, updates.Shape, [updates.Shape.Rank - 1]);
        Tensor table = last.ScatterAdd(updates, index.Shape[1]);
        (Tensor sum, int depth) = PerExampleRounding.SumOfSquares(table, kept: 1);
        return Raise(sum, table, Tensor.Select(inside, updates, updates.Fill(0)), depth, rounding);
    }

    // The small table is rounded, and what is later summed are its unrounded rows: adding up m equal rows errs by γₘ·Σ‖uᵢ‖, over the whole
    // table by at most γₛ·√s·√(Σ‖uᵢ‖²), to be added to the norm before it is squared.
    private static Tensor Raise(Tensor sum, Tensor table, Tensor updates, int depth, PerExampleRounding rounding)
    {
        int length = updates.Shape[1];
        (Tensor all, int allDepth) = PerExampleRounding.SumOfSquares(updates, kept: 1);
        double smallest = table.Shape[1] * table.Shape[2] * rounding.Smallest;
        Tensor norm = ((sum * (1 + rounding.Gamma(depth + 4))) + smallest).Sqrt();
        Tensor error = ((all * (1 + rounding.Gamma(allDepth + 4))) + smallest).Sqrt() * (rounding.Gamma(length + 4) * Math.Sqrt(length));
        return (norm + error).Square() * (1 + rounding.Gamma(4));
    }
}
