namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Which two data sets the guarantee compares. It is part of every event, plan and result, because the same noise gives different
/// ε under different relations: numbers under one relation never compose with numbers under another.
/// </summary>
public enum NeighbouringRelation
{
    /// <summary>One data set has one unit (example or task) more than the other. The relation of this library's accountant.</summary>
    AddOrRemoveOne = 0,

    /// <summary>One unit is exchanged for another one; the sums may then differ by twice the clip norm. Not accounted for yet: refused.</summary>
    ReplaceOne = 1,

    /// <summary>One unit is exchanged for one that contributes nothing. Not accounted for yet: refused.</summary>
    ReplaceWithNothing = 2,
}
