namespace FastDPMeta.Privacy.Accounting;

/// <summary>Moments of several releases together, as of what is sampled or selected as a whole.</summary>
internal sealed class ComposedMoments : MomentBound
{
    private readonly List<(MomentBound Bound, long Count)> _parts = [];

    /// <summary>Of all releases of an event.</summary>
    /// <param name="privacyEvent">Any event.</param>
    public ComposedMoments(PrivacyEvent privacyEvent)
    {
        SingleReleases releases = SingleReleases.Of(privacyEvent);
        Unprotected = releases.Unprotected > 0;
        foreach ((PrivacyEvent release, long count) in releases.Items)
        {
            _parts.Add((release.Bound(), count));
        }
    }

    /// <summary>Whether a part is released without noise.</summary>
    public bool Unprotected { get; }

    /// <inheritdoc/>
    public override bool Depends => Unprotected || _parts.Exists(part => part.Bound.Depends);

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double sum = Unprotected ? double.PositiveInfinity : 0;
        foreach ((MomentBound bound, long count) in _parts)
        {
            sum += count * bound.LogMoment(order);
        }

        return sum * (1 + (_parts.Count * 2.3e-16));
    }
}
