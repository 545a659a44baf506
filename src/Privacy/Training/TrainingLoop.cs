using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Rounds of training: sample, accumulate, charge, release. The order is the guarantee: the ledger has the round on disk before its noise is
/// drawn, so a crash anywhere costs budget, never privacy.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly PrivateStep _step;
    private readonly PrivacyLedger _ledger;
    private readonly ISampler _sampler;
    private readonly RandomKey _noise;
    private readonly RandomStream? _counts;
    private readonly IUnitSource _units;
    private readonly KeyedUnits? _keyed;
    private readonly List<int> _lot;
    private readonly bool _noiseIsLost;

    public TrainingLoop(PrivateStep step, PrivacyLedger ledger, IUnitSource units)
    {
        _step = step;
        _ledger = ledger;
        PrivacyPlan plan = ledger.Plan;
        _noiseIsLost = plan.IsPrivate && plan.Correlation is not null && ledger.LastRound >= 0;
        _sampler = plan.CreateSampler(plan.Population);

        // A key of this process alone: a resumed run has another, so no noise is ever drawn twice.
        _noise = RandomKey.FromOperatingSystem();
        _counts = Counts();
        (_units, _keyed) = Keyed(units);
        _lot = new List<int>(Math.Min(plan.Population, 2 * plan.ExpectedLot + 64));
    }

    /// <summary>The same loop under known keys: for audits, whose coins and noise repeat themselves under one key, and for tests, which may give a wrong sampler too.</summary>
    internal TrainingLoop(PrivateStep step, PrivacyLedger ledger, IUnitSource units, RandomKey key, ISampler? sampler = null)
        : this(step, ledger, units)
    {
        _sampler.Dispose();
        _noise.Dispose();
        _counts?.Dispose();
        _sampler = sampler ?? ledger.Plan.CreateSampler(ledger.Plan.Population, key);
        _noise = key.Derive("noise");
        _counts = Counts();
        _keyed?.Dispose();
        (_units, _keyed) = Keyed(units);
    }

    /// <summary>Number of optimizer steps done, those before a resume included.</summary>
    public int Done { get; set; }

    /// <summary>Whether another round is planned and affordable; why not, otherwise.</summary>
    public bool CanGoOn(out TrainingEnd end)
    {
        end = Done >= _ledger.Plan.Rounds ? TrainingEnd.RoundsDone : TrainingEnd.BudgetSpent;
        return Done < _ledger.Plan.Rounds && _ledger.CanCharge();
    }

    /// <summary>Does one round.</summary>
    /// <exception cref="InvalidOperationException">Rounds share their noise, and other training drew that of the rounds before.</exception>
    /// <exception cref="PrivacyBudgetException">The budget would be exceeded; the model is unchanged.</exception>
    /// <exception cref="LedgerException">The charge could not be recorded; the model is unchanged.</exception>
    public RoundReport Round()
    {
        if (_noiseIsLost)
        {
            throw new InvalidOperationException(
                "The rounds of this plan share their noise, and that of the rounds done is gone with the training that drew it: going on would release it in part. Begin a new run, or plan with Cyclic or Poisson sampling.");
        }

        long round = _ledger.LastRound + 1;
        _sampler.Sample(round, _lot);
        if (_keyed is not null)
        {
            _keyed.Round = round;
        }

        RoundDiagnostics diagnostics = _step.Accumulate(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lot), _units);
        _ledger.Charge(round);
        _step.Release(_noise, (ulong)round, Done);
        if (_counts is not null)
        {
            _counts.MoveToRound((ulong)round);
            _step.ClipNorm = AdaptiveClip.Next(_step.ClipNorm, diagnostics, _ledger.Plan, _counts.NextGaussian());
        }

        Done++;
        return new RoundReport(Done, _ledger.Plan.Rounds, _ledger.Spent.Epsilon, diagnostics);
    }

    /// <summary>Overwrites the keys.</summary>
    public void Dispose()
    {
        _sampler.Dispose();
        _noise.Dispose();
        _counts?.Dispose();
        _keyed?.Dispose();
    }

    /// <summary>The noise of counts, from a key stream of its own; null where nothing is counted.</summary>
    private RandomStream? Counts()
    {
        if (_ledger.Plan.CountNoise == 0)
        {
            return null;
        }

        using RandomKey key = _noise.Derive("count");
        return new RandomStream(key);
    }

    /// <summary>The units, with keys of their own where the model draws random numbers: derived, so that noise and masks never share one.</summary>
    private (IUnitSource Units, KeyedUnits? Keyed) Keyed(IUnitSource units)
    {
        KeyedUnits? keyed = _step.Keyed ? new KeyedUnits(units, _noise.Derive("unit randomness")) : null;
        return (keyed ?? units, keyed);
    }
}
