using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// A per-unit gradient as a sum of products: <c>G[u] = moves(Σ_t Rows_t[u]ᵀ · Updates_t[u])</c>. Tied weights, unrolled inner steps and scans
/// have several terms or long ones; a dense layer has one.
/// </summary>
/// <param name="Batch">Batch axes that rows, updates and product share: groups of a convolution.</param>
/// <param name="P">Width of rows.</param>
/// <param name="Q">Width of updates.</param>
/// <param name="Terms">The products; none is zero.</param>
/// <param name="Moves">From [batch…, p, q] to the parameter's shape.</param>
internal sealed record ContractionSum(
    EquatableArray<int> Batch, int P, int Q, IReadOnlyList<ContractionTerm> Terms, EquatableArray<ContractionMove> Moves)
{
    /// <summary>Number of matrices in a product.</summary>
    public int Matrices => Batch.Aggregate(1, (product, size) => product * size);

    /// <summary>Rows of all terms.</summary>
    public int Length => Terms.Sum(term => term.Length);

    /// <summary>Whether every left factor is a tensor.</summary>
    public bool IsDense => Terms.All(term => term.Index is null);

    /// <summary>Whether both are sums of matrices of one shape that move to the parameter in the same way.</summary>
    public bool Fits(ContractionSum other) => Batch == other.Batch && P == other.P && Q == other.Q && Moves == other.Moves;

    /// <summary>The sum of both, which must fit.</summary>
    public ContractionSum Plus(ContractionSum other) => this with { Terms = [.. Terms, .. other.Terms] };

    /// <summary>Every term through <paramref name="change"/> of its smaller tensor factor; the change is linear.</summary>
    public ContractionSum Linear(Func<Tensor, Tensor> change) => this with
    {
        Terms =
        [
            .. Terms.Select(term => term.Rows is { } rows && P < Q
                ? term with { Rows = change(rows) }
                : term with { Updates = change(term.Updates) }),
        ],
    };

    /// <summary>A product [batch (flat), p, q] in the parameter's shape.</summary>
    public Tensor Place(Tensor product)
    {
        Tensor result = product.Reshape(new Shape([.. Batch.Select(size => new Axis(size)), P, Q]));
        foreach (ContractionMove move in Moves)
        {
            result = move.Apply(result);
        }

        return result;
    }
}
