namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One pass over a fixed partition of the units into batches, each batch released as a sum with Gaussian noise. A unit is in one batch only, so the whole pass costs what one
/// release costs (parallel composition). Holds under exchanging a unit for one that contributes nothing.
/// </summary>
/// <remarks>
/// The partition must not depend on the data. That is why the relation is not "add or remove": taking a row out of a list moves the rows behind it into other batches.
/// Here every unit has its place, and a unit that is taken out leaves its place empty.
/// <para>Releases may depend on earlier ones: given equal earlier results, only the batch of the unit in question is distributed otherwise, so of
/// the moments along the pass all but one are 1.</para>
/// </remarks>
public sealed record EpochGaussianEvent : PrivacyEvent
{
    /// <summary>A pass.</summary>
    /// <param name="batches">Batches in the pass, ≥ 1.</param>
    /// <param name="noiseMultiplier">σ: noise standard deviation / the longest contribution of one unit, finite and ≥ 0; 0 means no noise.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public EpochGaussianEvent(int batches, double noiseMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batches, 1);
        Batches = batches;
        NoiseMultiplier = CheckNoiseMultiplier(noiseMultiplier);
        Cost = new GaussianEvent(noiseMultiplier) { Neighbours = NeighbouringRelation.ReplaceWithNothing };
    }

    /// <summary>Batches, hence releases, in the pass.</summary>
    public int Batches { get; }

    /// <summary>σ: noise standard deviation / the longest contribution of one unit.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>Exchanging a unit for nothing; no other relation is accounted for.</summary>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.ReplaceWithNothing;

    /// <summary>The one release that the pass costs; kept, so that a charge allocates nothing.</summary>
    private GaussianEvent Cost { get; }

    internal override void AddTo(SingleReleases releases, long count) => Cost.AddTo(releases, count);

    /// <summary>With k_b units of the group in batch b, the pass is one Gaussian release of sensitivity √Σk_b² ≤ k.</summary>
    private protected override PrivacyEvent Grouped(int size) => Cost.ForGroup(size);
}
