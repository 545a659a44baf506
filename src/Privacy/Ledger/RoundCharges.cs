using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// Which event a round of the plan is charged with. Where an event covers a whole epoch, it is charged with the first batch released, and the batches after it are covered as
/// long as they go on in order within the epoch; a round done again, or one of an epoch not yet charged, is charged in full. So no unit takes part more often than it is paid for.
/// </summary>
internal sealed class RoundCharges
{
    private static readonly CoveredEvent Covered = new();

    private readonly PrivacyEvent _roundEvent;
    private readonly byte[] _encodedRoundEvent;
    private readonly byte[] _encodedCovered;
    private readonly int _roundsPerEvent;
    private long _epoch = -1;
    private long _lastRound = -1;

    /// <summary>No round has been charged yet.</summary>
    /// <param name="plan">Whose rounds.</param>
    public RoundCharges(PrivacyPlan plan)
    {
        _roundEvent = plan.RoundEvent;
        _encodedRoundEvent = PrivacyEventJson.Encode(_roundEvent);
        _encodedCovered = PrivacyEventJson.Encode(Covered);
        _roundsPerEvent = plan.IsPrivate ? plan.Sampling.RoundsPerEvent : 1;
    }

    /// <summary>What a round would be charged with now.</summary>
    /// <param name="round">≥ 0.</param>
    public PrivacyEvent Of(long round) =>
        _roundsPerEvent > 1 && round / _roundsPerEvent == _epoch && round > _lastRound ? Covered : _roundEvent;

    /// <summary>The JSON of an event that <see cref="Of"/> gave.</summary>
    public ReadOnlySpan<byte> Encoded(PrivacyEvent privacyEvent) => ReferenceEquals(privacyEvent, Covered) ? _encodedCovered : _encodedRoundEvent;

    /// <summary>Takes note of a charge.</summary>
    /// <param name="privacyEvent">What was charged; events that are not of this plan's rounds change nothing.</param>
    /// <param name="round">≥ 0.</param>
    /// <returns>False where the event is covered by nothing: the ledger is inconsistent.</returns>
    public bool TryNote(PrivacyEvent privacyEvent, long round)
    {
        if (privacyEvent is CoveredEvent && Of(round) is not CoveredEvent)
        {
            return false;
        }

        if (privacyEvent is CoveredEvent or EpochGaussianEvent or CorrelatedGaussianEvent)
        {
            (_epoch, _lastRound) = (round / _roundsPerEvent, round);
        }

        return true;
    }

    /// <summary>Whether an event is one that only rounds of a plan may be charged with, or holds one.</summary>
    public static bool IsReserved(PrivacyEvent privacyEvent) => privacyEvent switch
    {
        CoveredEvent or EpochGaussianEvent or CorrelatedGaussianEvent => true,
        SelfComposedEvent repeated => IsReserved(repeated.Repeated),
        ComposedEvent composed => composed.Events.Any(IsReserved),
        _ => false,
    };
}
