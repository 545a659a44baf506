namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// The two directions of a mechanism: with the unit against without it, and without against with. They are composed apart and the larger answer counts;
/// composing a pair made of both would be wrong (Lebeda et al. 2024, "Avoiding Pitfalls for Privacy Accounting of Subsampled Mechanisms under Composition").
/// </summary>
/// <param name="Remove">With the unit (P) against without it (Q).</param>
/// <param name="Add">Without the unit (P) against with it (Q).</param>
internal sealed record DominatingPairs(LossPair Remove, LossPair Add)
{
    /// <summary>A mechanism whose directions have one privacy loss distribution.</summary>
    public DominatingPairs(LossPair both)
        : this(both, both)
    {
    }

    /// <summary>Whether both directions are one.</summary>
    public bool Symmetric => ReferenceEquals(Remove, Add);
}
