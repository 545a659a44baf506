namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// A whole run whose rounds share their noise: the sums of n rounds with the noise C⁻¹z, z standard normal times σ, C a lower triangular matrix. The run is one
/// Gaussian release of C·(sums), which one unit moves by at most C's sensitivity under its pattern of participation. Holds under exchanging a unit for one that contributes nothing.
/// </summary>
/// <remarks>Rounds may depend on earlier results: for a fixed C and Gaussian noise the adaptive release costs no more (Denisov et al. 2022, arXiv 2202.08312, theorem 2.1).</remarks>
public sealed record CorrelatedGaussianEvent : PrivacyEvent
{
    /// <summary>A run.</summary>
    /// <param name="rounds">n, ≥ 1.</param>
    /// <param name="noiseMultiplier">σ: standard deviation of z / the longest contribution of one unit to one round, finite and ≥ 0.</param>
    /// <param name="sensitivity">How far C carries one unit's contributions of length 1, at most: finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public CorrelatedGaussianEvent(int rounds, double noiseMultiplier, double sensitivity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        Rounds = rounds;
        NoiseMultiplier = CheckNoiseMultiplier(noiseMultiplier);
        Sensitivity = CheckPositive(sensitivity, nameof(sensitivity));
        Cost = new GaussianEvent(EffectiveNoiseMultiplier) { Neighbours = NeighbouringRelation.ReplaceWithNothing };
    }

    /// <summary>Rounds of the run.</summary>
    public int Rounds { get; }

    /// <summary>σ: standard deviation of z / the longest contribution of one unit to one round.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>max ‖C·u‖ over one unit's contributions u of length 1 in the rounds it may take part in.</summary>
    public double Sensitivity { get; }

    /// <summary>σ/sensitivity, rounded down: what the run costs as one Gaussian release.</summary>
    public double EffectiveNoiseMultiplier => NoiseMultiplier > 0 ? Math.BitDecrement(NoiseMultiplier / Sensitivity) : 0;

    /// <summary>Exchanging a unit for nothing; no other relation is accounted for.</summary>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.ReplaceWithNothing;

    /// <summary>The one release that the run costs; kept, so that a charge allocates nothing.</summary>
    private GaussianEvent Cost { get; }

    internal override void AddTo(SingleReleases releases, long count) => Cost.AddTo(releases, count);

    private protected override PrivacyEvent Grouped(int size) => Cost.ForGroup(size);
}
