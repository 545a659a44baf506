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
        if (IsRepeated(updates.Node, axis: 1))
        {
            return OfEqualRows(last, updates.Slice(1, 0, 1), rounding);
        }

        Tensor inside = AxisLists.Restore(last > -1, updates.Shape, [updates.Shape.Rank - 1]);
        Tensor table = last.ScatterAdd(updates, index.Shape[1]);
        (Tensor sum, int depth) = PerExampleRounding.SumOfSquares(table, kept: 1);
        return Raise(sum, table, Tensor.Select(inside, updates, updates.Fill(0)), depth, rounding);
    }

    /// <summary>
    /// One update for all numbers, as where a sum or a mean follows the table: row r of G is c_r·u, hence ‖G‖² = Σc_r²·‖u‖². The counts are whole, and nothing
    /// cancels.
    /// </summary>
    private static Tensor OfEqualRows(Tensor last, Tensor update, PerExampleRounding rounding)
    {
        int count = last.Shape[1];
        Tensor counts = last.ScatterAdd(last.Fill(1).Reshape(last.Shape[0], count, 1), count);
        (Tensor times, int timesDepth) = PerExampleRounding.SumOfSquares(counts, kept: 1);
        (Tensor square, int squareDepth) = PerExampleRounding.SumOfSquares(update, kept: 1);
        square += update.Shape[2] * rounding.Smallest;
        return (times * square * (1 + rounding.Gamma(timesDepth + squareDepth + 6))) + rounding.Smallest;
    }

    /// <summary>Whether all elements along an axis are the same by construction.</summary>
    private static bool IsRepeated(Node node, int axis) => node.Op switch
    {
        BroadcastOp broadcast => broadcast.Axes.Contains(axis) || IsRepeated(node.Inputs[0], axis - broadcast.Axes.Count(before => before < axis)),
        MapOp => node.Inputs.ToArray().All(input => IsRepeated(input, axis)),
        _ => false,
    };

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
