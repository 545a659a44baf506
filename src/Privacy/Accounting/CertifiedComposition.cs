using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// An event as every engine sees it: the dominating pairs of its single releases with their counts for the engines that enclose, and the moments of all of it. Equal releases are counted together.
/// </summary>
internal sealed class CertifiedComposition
{
    /// <summary>By how much two proofs may differ in rounding before they contradict each other.</summary>
    private const double Contradiction = 1e-8;

    private readonly List<(PrivacyEvent Release, long Count)> _releases = [];
    private readonly ComposedPair[] _pairs;
    private readonly PrivacyEvent _event;
    private readonly bool _complete = true;
    private readonly bool _comparable = true;
    private readonly bool _unprotected;
    private readonly ConcentratedEvent? _known;

    /// <summary>Takes an event apart.</summary>
    /// <param name="privacyEvent">Any event.</param>
    /// <exception cref="ArgumentException">A part is not accounted for under its relation.</exception>
    public CertifiedComposition(PrivacyEvent privacyEvent)
    {
        ArgumentNullException.ThrowIfNull(privacyEvent);
        SingleReleases releases = SingleReleases.Of(privacyEvent);
        _unprotected = releases.Unprotected > 0;
        _event = privacyEvent;
        Gather(releases);
        List<ComposedPair> pairs = [];
        foreach ((PrivacyEvent release, long count) in _releases)
        {
            if (release.Dominating() is { } dominating)
            {
                pairs.Add(new ComposedPair(dominating, count));
            }
            else
            {
                _complete = false;
            }

            // Moments of these are not those of their pairs, and may prove less or more.
            _comparable &= release is not (ExponentialMechanismEvent or TruncatedPoissonSampledGaussianEvent or FixedSizeSampledGaussianEvent or ShuffledEvent)
                && !(release is PoissonSampledEvent sampled && sampled.Single() is ExponentialMechanismEvent);
        }

        _pairs = [.. pairs];
        _known = _releases is [(ConcentratedEvent concentrated, var times)] ? new ConcentratedEvent(times * concentrated.Rho, times * concentrated.Xi) : null;
    }

    /// <summary>What moments prove; made when first asked.</summary>
    private RdpAccountant Moments
    {
        get
        {
            if (field is null)
            {
                field = new RdpAccountant(_event.Neighbours);
                field.Charge(_event);
            }

            return field;
        }
    }

    /// <summary>
    /// The upper end alone, for searches that ask often. Where moments cannot prove more than the pairs do, being those of the same pairs, they are not asked, so that nothing is checked here either.
    /// </summary>
    public double UpperEpsilon(double delta)
    {
        if (_complete && _comparable && !_unprotected && _pairs.Length > 0 && CertifiedAccountant.Epsilon(_pairs, delta).Upper is var upper && double.IsFinite(upper))
        {
            return upper;
        }

        return Epsilon(delta).Upper;
    }

    /// <summary>Encloses ε.</summary>
    public EpsilonInterval Epsilon(double delta)
    {
        if (_unprotected || _releases.Count == 0)
        {
            double value = _unprotected ? double.PositiveInfinity : 0;
            return new EpsilonInterval(value, value, AccountingEngine.None, AccountingEngine.None);
        }

        if (_releases is [(ShuffledEvent shuffled, 1)])
        {
            (double least, double most) = new ShuffledClones(shuffled.Reports, shuffled.LocalEpsilon).Epsilon(delta);
            return new EpsilonInterval(least, Math.BitIncrement(most), AccountingEngine.ClosedForm, AccountingEngine.ClosedForm);
        }

        PrivacySpent byMoments = Moments.Spent(delta);
        EpsilonInterval known = _pairs.Length > 0 ? CertifiedAccountant.Epsilon(_pairs, delta)
            : new EpsilonInterval(Least(delta), double.PositiveInfinity, _known is null ? AccountingEngine.None : AccountingEngine.ClosedForm, AccountingEngine.Moments);
        (double upper, AccountingEngine engine) = _complete && known.Upper <= byMoments.Epsilon ? (known.Upper, known.UpperEngine) : (byMoments.Epsilon, AccountingEngine.Moments);
        Compare(known.Lower, upper);
        return new EpsilonInterval(Math.Min(known.Lower, upper), upper, known.LowerEngine, engine);
    }

    /// <summary>Encloses δ.</summary>
    public DeltaInterval Delta(double epsilon)
    {
        if (_unprotected || _releases.Count == 0)
        {
            double value = _unprotected ? 1 : 0;
            return new DeltaInterval(value, value, AccountingEngine.None, AccountingEngine.None);
        }

        if (_releases is [(ShuffledEvent shuffled, 1)])
        {
            (double least, double most) = new ShuffledClones(shuffled.Reports, shuffled.LocalEpsilon).Delta(epsilon);
            return new DeltaInterval(least, most, AccountingEngine.ClosedForm, AccountingEngine.ClosedForm);
        }

        double byMoments = Moments.Delta(epsilon);
        DeltaInterval known = _pairs.Length > 0 ? CertifiedAccountant.Delta(_pairs, epsilon) : new DeltaInterval(0, 1, AccountingEngine.None, AccountingEngine.Moments);
        (double upper, AccountingEngine engine) = _complete && known.Upper <= byMoments ? (known.Upper, known.UpperEngine) : (byMoments, AccountingEngine.Moments);
        Compare(known.Lower, upper);
        return new DeltaInterval(Math.Min(known.Lower, upper), upper, known.LowerEngine, engine);
    }

    /// <summary>
    /// An ε below which no account of these events can go: the lower end of the interval where all pairs are attained by some data. Null where nothing of the kind is known: pairs that only bound (cut lots, lots of fixed size, shuffled reports, the
    /// exponential mechanism), or moments alone.
    /// </summary>
    public double? LeastEpsilon(double delta)
    {
        bool known = _unprotected || _releases.Count == 0 || (_comparable && (_pairs.Length > 0 || _known is not null));
        return known ? Epsilon(delta).Lower : null;
    }

    private void Gather(SingleReleases releases)
    {
        foreach ((PrivacyEvent release, long count) in releases.Items)
        {
            int at = _releases.FindIndex(item => item.Release.Equals(release));
            if (at < 0)
            {
                _releases.Add((release, count));
            }
            else
            {
                _releases[at] = (release, _releases[at].Count + count);
            }
        }
    }

    /// <summary>Of a concentrated event: some mechanism that satisfies it is a Gaussian one, so no smaller ε can be promised.</summary>
    private double Least(double delta) => _known is { Rho: > 0 } known
        ? CertifiedAccountant.Epsilon([new ComposedPair(Loss.LossPairs.Gaussian(Math.Sqrt(1 / (2 * known.Rho)) * (1 + 1e-15)), 1)], delta).Lower
        : 0;

    /// <summary>A lower bound above an upper one is a defect of an engine: it must not become an answer.</summary>
    private void Compare(double lower, double upper)
    {
        if (_comparable && lower > (upper * (1 + Contradiction)) + 1e-300)
        {
            throw new InvalidOperationException($"Two accountants contradict each other: at least {lower:r}, at most {upper:r}. Please report the event.");
        }
    }
}
