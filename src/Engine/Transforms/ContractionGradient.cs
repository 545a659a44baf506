using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Gradients that are never formed: the norm comes from the factors, the weighted sum is one contraction over the rows of all units
/// (ghost clipping and book-keeping: Goodfellow, arXiv 1510.01799; Bu et al., arXiv 2210.00038), for any sum of products.
/// </summary>
internal sealed class ContractionGradient : PerExampleGradient
{
    private readonly ContractionSum _sum;
    private readonly Axis _units;
    private readonly Tensor? _rows;
    private readonly Tensor? _updates;
    private readonly Tensor? _index;
    private readonly Tensor? _scattered;

    /// <summary>The gradients that <paramref name="sum"/> describes: terms of a kind are laid one after another.</summary>
    public ContractionGradient(ContractionSum sum, Axis units)
    {
        _sum = sum;
        _units = units;
        ContractionTerm[] dense = [.. sum.Terms.Where(term => term.Index is null)];
        ContractionTerm[] scatters = [.. sum.Terms.Where(term => term.Index is not null)];
        if (dense.Length > 0)
        {
            _rows = Stack(dense.Select(term => Flat(term.Rows!.Value, sum.P)));
            _updates = Stack(dense.Select(term => Flat(term.Updates, sum.Q)));
        }

        if (scatters.Length > 0)
        {
            _index = Tensor.Concatenate(1, [.. scatters.Select(term => term.Index!.Value)]);
            _scattered = Tensor.Concatenate(1, [.. scatters.Select(term => term.Updates)]);
        }
    }

    /// <inheritdoc/>
    public override Tensor SquaredNorm(PerExampleRounding rounding) => (_rows, _index) switch
    {
        (null, { } index) => ContractionRows.SquaredNorm(index, _scattered!.Value, _sum.P, rounding),
        ({ } rows, null) when rows.Shape[2] == 1 => ContractionNorm.OfOuterProduct(rows, _updates!.Value, rounding),
        ({ } rows, null) => ContractionNorm.OfProduct(rows, _updates!.Value, rounding),
        ({ } rows, { } index) => OfBoth(rows, index, rounding),
        _ => throw new InvalidOperationException("A sum of products has at least one term."),
    };

    /// <inheritdoc/>
    public override Tensor Sum(PerExampleWeights weights)
    {
        Tensor? total = null;
        if (_rows is { } rows)
        {
            Tensor left = weights.Drop(rows).Transpose(1, 0, 2, 3).Reshape(_sum.Matrices, _units.Size * rows.Shape[2], _sum.P);
            Tensor right = weights.Scale(_updates!.Value).Transpose(1, 0, 2, 3).Reshape(_sum.Matrices, _units.Size * rows.Shape[2], _sum.Q);
            total = _sum.Matrices == 1
                ? left.Reshape(left.Shape[1], _sum.P).SwapLast().MatMul(right.Reshape(right.Shape[1], _sum.Q)).Reshape(1, _sum.P, _sum.Q)
                : left.SwapLast().MatMul(right);
        }

        if (_index is { } index)
        {
            int count = _units.Size * index.Shape[1];
            Tensor table = weights.Drop(index).Reshape(count).ScatterAdd(weights.Scale(_scattered!.Value).Reshape(count, _sum.Q), _sum.P).Reshape(1, _sum.P, _sum.Q);
            total = total is { } product ? product + table : table;
        }

        return _sum.Place(total!.Value);
    }

    private Tensor OfBoth(Tensor rows, Tensor index, PerExampleRounding rounding)
    {
        (Tensor inside, Tensor scattered) = ContractionRows.InTable(index, _scattered!.Value, _sum.P);
        return ContractionNorm.OfProductAndScatter(rows, _updates!.Value, inside, scattered, rounding);
    }

    private Tensor Flat(Tensor factor, int width) => factor.Reshape(_units, _sum.Matrices, factor.Shape[-2], width);

    private static Tensor Stack(IEnumerable<Tensor> factors) => Tensor.Concatenate(2, [.. factors]);
}
