namespace FastDPMeta.Privacy.Accounting;

/// <summary>Takes an event apart into single mechanisms with their counts. Kept and reused, so that listing allocates nothing once warm.</summary>
internal sealed class SingleReleases
{
    private readonly List<(MechanismKey Key, long Count)> _items = [];

    /// <summary>The mechanisms of the event listed last, those without noise left out.</summary>
    public List<(MechanismKey Key, long Count)> Items => _items;

    /// <summary>The number given, plus the releases without noise.</summary>
    public long Unprotected { get; private set; }

    /// <summary>The number given, plus all releases.</summary>
    public long Releases { get; private set; }

    /// <summary>Lists an event.</summary>
    /// <param name="privacyEvent">Any event.</param>
    /// <param name="count">How often it took place, ≥ 0.</param>
    /// <param name="unprotected">Releases without noise so far.</param>
    /// <param name="releases">Releases so far.</param>
    /// <exception cref="ArgumentException">A part is unknown, or not accounted for under its relation.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The total exceeds 2⁶³ releases.</exception>
    public void List(PrivacyEvent privacyEvent, long count, long unprotected, long releases)
    {
        _items.Clear();
        (Unprotected, Releases) = (unprotected, releases);
        Add(privacyEvent, count);
    }

    private void Add(PrivacyEvent privacyEvent, long count)
    {
        switch (privacyEvent)
        {
            case GaussianEvent gaussian:
                Add(new MechanismKey(MechanismKind.Poisson, 1, gaussian.NoiseMultiplier), count);
                break;
            case PoissonSampledGaussianEvent sampled:
                CheckSampled(sampled);
                Add(new MechanismKey(MechanismKind.Poisson, sampled.SamplingRate, sampled.NoiseMultiplier), count);
                break;
            case PoissonSampledDiscreteGaussianEvent discrete:
                Add(new MechanismKey(MechanismKind.DiscretePoisson, discrete.SamplingRate, discrete.NoiseMultiplier), count);
                break;
            case CorrelatedGaussianEvent correlated:
                Add(new MechanismKey(MechanismKind.Poisson, 1, correlated.EffectiveNoiseMultiplier), count);
                break;
            case TruncatedPoissonSampledGaussianEvent cut:
                Add(new MechanismKey(MechanismKind.TruncatedPoisson, cut.SamplingRate, cut.NoiseMultiplier, cut.CutProbability, cut.CutRate), count);
                break;
            case FixedSizeSampledGaussianEvent drawn:
                Add(new MechanismKey(MechanismKind.FixedSize, drawn.Rate, drawn.NoiseMultiplier), count);
                break;
            case EpochGaussianEvent epoch:
                Add(new MechanismKey(MechanismKind.Poisson, 1, epoch.NoiseMultiplier), count);
                break;
            case CoveredEvent:
                Releases = Sum(Releases, count);
                break;
            case SelfComposedEvent repeated:
                Add(repeated.Repeated, Product(repeated.Count, count));
                break;
            case ComposedEvent composed:
                foreach (PrivacyEvent part in composed.Events)
                {
                    Add(part, count);
                }

                break;
            case NonPrivateEvent:
                Releases = Sum(Releases, count);
                Unprotected += count;
                break;
            default:
                throw new ArgumentException($"{privacyEvent.GetType().Name} is not known to the Rényi accountant.", nameof(privacyEvent));
        }
    }

    private void Add(MechanismKey key, long count)
    {
        Releases = Sum(Releases, count);
        if (key.NoiseMultiplier == 0 && key.Rate > 0)
        {
            Unprotected += count;
        }
        else if (count > 0)
        {
            _items.Add((key, count));
        }
    }

    private static void CheckSampled(PoissonSampledGaussianEvent sampled)
    {
        if (sampled.Neighbours == NeighbouringRelation.ReplaceOne)
        {
            throw new ArgumentException(
                "Poisson sampling is not accounted for under ReplaceOne: an exchange moves the sum two ways at once. State it under AddOrRemoveOne, or draw lots of fixed size.",
                nameof(sampled));
        }
    }

    private static long Sum(long left, long right) => left <= long.MaxValue - right ? left + right : throw TooMany();

    private static long Product(long left, long right) =>
        Math.BigMul(left, right) is var product && product <= long.MaxValue ? (long)product : throw TooMany();

    private static ArgumentOutOfRangeException TooMany() => new("count", "More than 2⁶³ - 1 releases cannot be counted. Give fewer.");
}
