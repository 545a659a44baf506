using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// By the certified account of so many rounds of one plan, and of nothing else: its bound holds for rounds that were fixed beforehand, and these are. More rounds never cost less, so what n rounds cost is bounded by
/// what any larger number costs; the bound is computed for a few numbers only, the plan's own among them.
/// </summary>
/// <param name="plan">A plan by the certified account.</param>
internal sealed class CertifiedTally(PrivacyPlan plan) : ILedgerTally
{
    private readonly CertifiedRounds _rounds = new(plan.RoundEvent, plan.Sampling.EventsFor(plan.Rounds), plan.Sampling.EventsFor(plan.AffordableRounds));
    private long _events;
    private long _covered;

    /// <inheritdoc/>
    public void Charge(PrivacyEvent privacyEvent)
    {
        if (privacyEvent is CoveredEvent)
        {
            _covered++;
        }
        else if (privacyEvent.Equals(plan.RoundEvent))
        {
            _events++;
        }
        else
        {
            throw new ArgumentException(
                "A plan by the certified account is charged with its own rounds only: its bound holds for releases that were fixed beforehand. Build the plan with AccountedBy(PlanAccountant.Rdp), which takes other releases too.",
                nameof(privacyEvent));
        }
    }

    /// <inheritdoc/>
    public void TakeBack(PrivacyEvent privacyEvent)
    {
        if (privacyEvent is CoveredEvent)
        {
            _covered--;
        }
        else
        {
            _events--;
        }
    }

    /// <inheritdoc/>
    public PrivacySpent Spent(double delta) => new(_rounds.Epsilon(_events, delta), delta, double.NaN, _events + _covered, plan.Neighbours);
}
