using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Norms of <c>G = AᵀD</c> from its factors, [unit, batch, s, p] and [unit, batch, s, q], without forming G. Never below the true norm: what rounding may
/// hide, also where terms cancel, is added.
/// </summary>
internal static class ContractionNorm
{
    /// <summary>One row: ‖adᵀ‖² = ‖a‖²·‖d‖². Nothing cancels, so a relative bound is enough.</summary>
    public static Tensor OfOuterProduct(Tensor rows, Tensor updates, PerExampleRounding rounding)
    {
        (Tensor left, int leftDepth) = RowNorms(rows, rounding);
        (Tensor right, int rightDepth) = RowNorms(updates, rounding);
        return (left * right).Sum(1, 2) * (1 + rounding.Gamma(leftDepth + rightDepth + left.Shape[1] + 6)) + (left.Shape[1] * rounding.Smallest);
    }

    /// <summary>‖AᵀD‖² = Σ over s, s' of (AAᵀ)·(DDᵀ), element by element.</summary>
    public static Tensor OfProduct(Tensor rows, Tensor updates, PerExampleRounding rounding)
    {
        Tensor terms = rows.MatMul(rows.SwapLast()) * updates.MatMul(updates.SwapLast());
        Tensor value = Total(terms, rounds: 3);
        return value + Bound(RowNorms(rows, rounding).Squares, RowNorms(updates, rounding).Squares, rows.Shape[3], updates.Shape[3], rounding);
    }

    /// <summary>
    /// The same where some rows of A are rows of the identity, named by [unit, s₂]: a product with one of them picks a column.
    /// </summary>
    public static Tensor OfProductAndScatter(Tensor rows, Tensor updates, Tensor index, Tensor scattered, PerExampleRounding rounding)
    {
        Shape shape = rows.Shape;
        Tensor flatRows = rows.Reshape(shape.Axes[0], shape[2], shape[3]);
        Tensor flatUpdates = updates.Reshape(shape.Axes[0], shape[2], updates.Shape[3]);
        Tensor dense = flatRows.MatMul(flatRows.SwapLast()) * flatUpdates.MatMul(flatUpdates.SwapLast());

        // Rows outside the table have zero updates; any row of A may stand in for theirs.
        Tensor inside = Tensor.Select(index > -1, index, index.Fill(0));
        Tensor mixed = flatRows.SwapLast().Gather(inside) * scattered.MatMul(flatUpdates.SwapLast());
        Tensor mine = index.BroadcastAt(2, index.Shape[1]);
        Tensor other = index.BroadcastAt(1, index.Shape[1]);
        Tensor table = Tensor.EqualTo(mine, other) * scattered.MatMul(scattered.SwapLast());
        Tensor value = Total(dense, rounds: 2) + (2 * Total(mixed, rounds: 2)) + Total(table, rounds: 2);

        Tensor rowNorms = Tensor.Concatenate(1, RowNorms(flatRows, rounding, 2).Squares, index.Fill(1));
        Tensor updateNorms = Tensor.Concatenate(1, RowNorms(flatUpdates, rounding, 2).Squares, RowNorms(scattered, rounding, 2).Squares);
        return value + Bound(rowNorms.BroadcastAt(1, 1), updateNorms.BroadcastAt(1, 1), shape[3], updates.Shape[3], rounding);
    }

    /// <summary>
    /// What rounding may take from Σ(AAᵀ)(DDᵀ): a Gram element errs by γ_p‖a_s‖‖a_s'‖ + p·smallest, so all together by at most
    /// γ·(Σ‖a_s‖‖d_s‖)² + s·smallest·(p·Σ‖d_s‖² + q·Σ‖a_s‖²). The bound itself is rounded, hence the extra operations in γ.
    /// </summary>
    /// <param name="left">[unit, batch, s]: squared norms of the rows of A.</param>
    /// <param name="right">[unit, batch, s]: squared norms of the rows of D.</param>
    /// <param name="p">Width of A.</param>
    /// <param name="q">Width of D.</param>
    /// <param name="rounding">The arithmetic.</param>
    private static Tensor Bound(Tensor left, Tensor right, int p, int q, PerExampleRounding rounding)
    {
        int length = left.Shape[2];
        int batch = left.Shape[1];
        double gamma = rounding.Gamma(2 * (p + q + (2 * length) + batch + 16));
        Tensor cancelled = (left.Sqrt() * right.Sqrt()).Sum(-1).Square() * gamma;
        double smallest = length * rounding.Smallest;
        Tensor underflow = ((right * (p * smallest)) + (left * (q * smallest))).Sum(-1);
        return (cancelled + underflow).Sum(1) + (2 * length * batch * rounding.Smallest);
    }

    /// <summary>Sums the last axis, then the last again: the stages that <see cref="Bound"/> counts.</summary>
    private static Tensor Total(Tensor terms, int rounds) => rounds == 1 ? terms.Sum(-1) : Total(PerExampleRounding.Stage(terms.Sum(-1)), rounds - 1);

    private static (Tensor Squares, int Depth) RowNorms(Tensor factor, PerExampleRounding rounding, int kept = 3)
    {
        (Tensor sum, int depth) = PerExampleRounding.SumOfSquares(factor, kept);
        return (sum + (factor.Shape[-1] * rounding.Smallest), depth);
    }
}
