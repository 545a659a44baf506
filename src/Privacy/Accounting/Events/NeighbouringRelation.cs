namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Which two data sets the guarantee compares. It is part of every event, plan and result, because the same noise gives different
/// ε under different relations: numbers under one relation never compose with numbers under another.
/// </summary>
public enum NeighbouringRelation
{
    /// <summary>One data set has one unit (example or task) more than the other: Poisson sampling.</summary>
    AddOrRemoveOne = 0,

    /// <summary>One unit is exchanged for another one; the sums may then differ by twice the clip norm. Lots of fixed size, whose number of units is public.</summary>
    ReplaceOne = 1,

    /// <summary>One unit is exchanged for one that contributes nothing, its place staying empty. Fixed batches in a fixed order, where a missing unit must not move the others.</summary>
    ReplaceWithNothing = 2,
}
