using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// One product in a per-unit gradient: for every unit, <c>Rowsᵀ · Updates</c>, s rows long. The left factor is a tensor, or, for a gradient
/// that scatters into a table, rows of the identity named by their numbers.
/// </summary>
/// <param name="Rows">[unit, batch…, s, p], or null when <paramref name="Index"/> stands for it.</param>
/// <param name="Index">[unit, s]: row numbers below p; a number outside contributes nothing.</param>
/// <param name="Updates">[unit, batch…, s, q].</param>
/// <param name="Stands">Whether every unit's product is computed in any case, for something else than the gradient, as a second derivative needs the first.</param>
internal sealed record ContractionTerm(Tensor? Rows, Tensor? Index, Tensor Updates, bool Stands = false)
{
    /// <summary>Number of rows s.</summary>
    public int Length => Updates.Shape[-2];
}
