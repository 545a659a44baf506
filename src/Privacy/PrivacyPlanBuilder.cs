using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy;

/// <summary>
/// States what is protected, how strongly and against which sampling. Nothing is checked before <see cref="Build"/>, which reports
/// everything that is wrong at once.
/// </summary>
public sealed class PrivacyPlanBuilder
{
    private PrivacyUnit? _unit;
    private PrivacyBudget? _budget;
    private SamplingScheme? _sampling;
    private int _events;
    private Clipping? _clipping;
    private double? _noiseMultiplier;
    private NeighbouringRelation? _neighbours;
    private bool _secureNoise;
    private PlanAccountant _accountant;

    /// <summary>What one person's data is.</summary>
    /// <param name="unit">A row, or a task.</param>
    public PrivacyPlanBuilder Protect(PrivacyUnit unit)
    {
        _unit = unit;
        return this;
    }

    /// <summary>The most that the whole run may reveal.</summary>
    /// <param name="budget">ε > 0 and δ in (0, 1).</param>
    public PrivacyPlanBuilder Within(PrivacyBudget budget)
    {
        _budget = budget;
        return this;
    }

    /// <summary>
    /// Poisson sampling: in every round each unit enters the lot independently with probability <c>expectedLot / population</c>. Lots
    /// differ in size and may be empty. All three numbers are public constants: they are printed, saved and part of the plan's hash.
    /// </summary>
    /// <param name="population">How many units there are, about: only the quotient enters the guarantee.</param>
    /// <param name="expectedLot">Units in a lot on average, 1 to population; sums are divided by this number, never by the lot's real size.</param>
    /// <param name="rounds">Releases planned, ≥ 1.</param>
    public PrivacyPlanBuilder Poisson(int population, int expectedLot, int rounds)
        => Sample(new PoissonScheme(population, expectedLot), rounds);

    /// <summary>
    /// Poisson sampling with a largest lot, for bounded memory and time: a lot of more units than that is cut to a uniform subset. The cut costs privacy, which is
    /// accounted for; it is next to nothing when the cap lies some eight standard deviations (√expectedLot each) above the expected lot, and a lot when it is near.
    /// </summary>
    /// <param name="population">The most units that there may be: the probability of a cut depends on it.</param>
    /// <param name="expectedLot">Units in a lot on average before the cut, 1 to population; sums are divided by this number.</param>
    /// <param name="largestLot">The cap, ≥ expectedLot.</param>
    /// <param name="rounds">Releases planned, ≥ 1.</param>
    public PrivacyPlanBuilder TruncatedPoisson(int population, int expectedLot, int largestLot, int rounds)
        => Sample(new TruncatedPoissonScheme(population, expectedLot, largestLot), rounds);

    /// <summary>
    /// A uniform subset of fixed size in every round, drawn without replacement. The guarantee compares data sets that differ in <b>one unit exchanged for another</b>: its
    /// ε cannot be compared with those under adding or removing one. A sum may then move by twice the clip norm, and more noise is needed.
    /// </summary>
    /// <param name="population">How many units there are, exactly: public under this relation.</param>
    /// <param name="lot">Units in every lot, 1 to population.</param>
    /// <param name="rounds">Releases planned, ≥ 1.</param>
    public PrivacyPlanBuilder FixedSize(int population, int lot, int rounds) => Sample(new FixedSizeScheme(population, lot), rounds);

    /// <summary>
    /// Fixed batches in a fixed order: each unit takes part once an epoch. Nothing is random, so nothing is amplified, but the batches of an epoch together cost what one of
    /// them costs. The guarantee compares data sets that differ in <b>one unit exchanged for nothing</b>, its place staying empty. Which unit has which place
    /// must not depend on private data: sorting units by their data loses the guarantee.
    /// </summary>
    /// <param name="population">Places for units.</param>
    /// <param name="lot">The most units in a batch, 1 to population; sums are divided by this number.</param>
    /// <param name="epochs">Passes over all units, ≥ 1; each has ⌈population / lot⌉ rounds.</param>
    public PrivacyPlanBuilder Cyclic(int population, int lot, int epochs) => Sample(new CyclicScheme(population, lot), epochs);

    /// <summary>
    /// Fixed batches in a fixed order, as <see cref="Cyclic"/>, and noise that the rounds of the whole run share: what a round adds, later rounds take back in part, so that the sum of
    /// all gradients so far, which the model is made of, has little noise although nothing is amplified by sampling (DP-FTRL: Kairouz et al. 2021). A run can't be
    /// interrupted and resumed, since the noise of earlier rounds is a secret that nothing keeps.
    /// </summary>
    /// <param name="population">Places for units.</param>
    /// <param name="lot">The most units in a batch, 1 to population; sums are divided by this number.</param>
    /// <param name="epochs">Passes over all units, ≥ 1; each has ⌈population / lot⌉ rounds.</param>
    /// <param name="correlation">How noise is shared.</param>
    public PrivacyPlanBuilder Stream(int population, int lot, int epochs, NoiseCorrelation correlation) => Sample(new StreamScheme(population, lot, epochs, correlation), 1);

    /// <summary>The longest gradient that one unit may contribute.</summary>
    /// <param name="l2Norm">C > 0 and finite; longer gradients are scaled down to it.</param>
    public PrivacyPlanBuilder ClipTo(float l2Norm) => Clip(Clipping.Flat(l2Norm));

    /// <summary>By which rule contributions are bounded.</summary>
    /// <param name="clipping">The rule and its numbers.</param>
    public PrivacyPlanBuilder Clip(Clipping clipping)
    {
        _clipping = clipping;
        return this;
    }

    /// <summary>Fixes the noise instead of calibrating it. The budget still holds: training stops where it ends, which may be before the last round.</summary>
    /// <param name="noiseMultiplier">σ > 0: noise standard deviation / clip norm.</param>
    public PrivacyPlanBuilder NoiseMultiplier(double noiseMultiplier)
    {
        _noiseMultiplier = noiseMultiplier;
        return this;
    }

    /// <summary>
    /// Exact noise: contributions are rounded to a lattice, added up as whole numbers and perturbed by discrete Gaussian noise whose probabilities no rounding
    /// enters. Attacks on floating-point noise (Mironov 2012) then have nothing to hold; see docs/decisions/secure-noise.md. Slower. With Poisson sampling and any rule of clipping but the adaptive one.
    /// </summary>
    public PrivacyPlanBuilder SecureNoise()
    {
        _secureNoise = true;
        return this;
    }

    /// <summary>
    /// By which account noise is calibrated and the ledger decides. By Rényi moments where this is left out; by the certified upper bound the same budget needs less noise (ε is 5 to 13 % smaller for long runs), and the ledger
    /// then takes rounds of this plan and nothing else. Calibration takes some tenths of a second, and a round's charge now and then a millisecond.
    /// </summary>
    /// <param name="accountant">The account; it is part of the plan's hash.</param>
    public PrivacyPlanBuilder AccountedBy(PlanAccountant accountant)
    {
        _accountant = accountant;
        return this;
    }

    /// <summary>Which data sets the guarantee compares: only to state it, for the sampling decides. Leave it out to take the sampling's.</summary>
    /// <param name="neighbours">The relation of the sampling; another one is refused.</param>
    public PrivacyPlanBuilder Compare(NeighbouringRelation neighbours)
    {
        _neighbours = neighbours;
        return this;
    }

    /// <summary>Checks everything and calibrates the noise (some milliseconds).</summary>
    /// <exception cref="ArgumentException">Something is missing or out of range; the message lists all of it.</exception>
    public PrivacyPlan Build()
    {
        ArgumentErrors errors = new("PrivacyPlan");
        CheckWhat(errors);
        CheckSampling(errors);
        errors.Throw();

        SamplingScheme sampling = _secureNoise ? new SecurePoissonScheme((PoissonScheme)_sampling!) : _sampling!;
        int rounds = _events * sampling.RoundsPerEvent;
        PrivacyBudget budget = _budget!.Value;
        bool certified = _accountant == PlanAccountant.Certified;
        double noise = _noiseMultiplier ?? (certified ? CertifiedNoise(sampling, rounds, budget) : RoundUp(Accountant.NoiseMultiplier(sampling, rounds, budget.Epsilon, budget.Delta)));
        long affordable = certified
            ? sampling.RoundsOf(CertifiedCalibration.Steps(sampling.Event(noise), budget.Epsilon, budget.Delta))
            : Accountant.Steps(sampling, noise, budget.Epsilon, budget.Delta);
        if (affordable == 0)
        {
            errors.Add($"noiseMultiplier {noise} is too small: a single round exceeds {budget}. Give more noise, or leave it out to have it calibrated.").Throw();
        }

        return new PrivacyPlan(_unit!.Value, budget, sampling, rounds, _clipping!, noise, affordable, _accountant);
    }

    private PrivacyPlanBuilder Sample(SamplingScheme sampling, int events)
    {
        _sampling = sampling;
        _events = events;
        return this;
    }

    private void CheckWhat(ArgumentErrors errors)
    {
        errors.Require(_unit is not null, "unit", "nothing", "must be given", "Call Protect(PrivacyUnit.Task) or Protect(PrivacyUnit.Example).");
        errors.Require(_unit is null || Enum.IsDefined(_unit.Value), "unit", _unit ?? default, "must be Example or Task", "Call Protect with one of them.");
        errors.Require(Enum.IsDefined(_accountant), "accountant", _accountant, "must be Rdp or Certified", "Call AccountedBy with one of them.");
        errors.Require(_budget is not null, "budget", "nothing", "must be given", "Call Within(new PrivacyBudget(epsilon, delta)).");
        if (_budget is { } budget)
        {
            errors.Epsilon(budget.Epsilon).Delta(budget.Delta);
        }
    }

    private void CheckSampling(ArgumentErrors errors)
    {
        errors.Require(_sampling is not null, "sampling", "nothing", "must be given", "Call Poisson(population, expectedLot, rounds).");
        if (_sampling is { } sampling)
        {
            sampling.Check(errors);
            string name = sampling.RoundsPerEvent > 1 ? "epochs" : "rounds";
            errors.Require(
                _events > 0 && _events <= int.MaxValue / sampling.RoundsPerEvent, name, _events, $"must be at least 1, and at most 2^31 - 1 rounds in all", "Give the number of training rounds.");
            errors.Require(
                _neighbours is null || _neighbours == sampling.Neighbours,
                "neighbours",
                _neighbours ?? default,
                $"must be {sampling.Neighbours}: {sampling.Name} sampling is accounted for under no other relation",
                "Leave Compare out.");
        }

        errors.Require(
            _sampling is not StreamScheme || _clipping is not { Kind: ClippingKind.Adaptive },
            "clipping",
            "adaptive",
            "must not be adaptive where rounds share their noise: the clip norm, and with it the noise, would change from round to round",
            "Call ClipTo(l2Norm).");
        if (_secureNoise)
        {
            errors.Require(
                _sampling is null or PoissonScheme, "sampling", _sampling?.Name ?? "", "must be Poisson where noise is secure", "Call Poisson(population, expectedLot, rounds), or leave SecureNoise out.");
            errors.Require(
                _clipping is not { Kind: ClippingKind.Adaptive }, "clipping", "adaptive", "must not be adaptive where noise is secure: its count has floating-point noise", "Call ClipTo(l2Norm).");
        }

        errors.Require(_clipping is not null, "clipNorm", "nothing", "must be finite and above 0", "Call ClipTo(l2Norm), for example with 1.");
        _clipping?.Check(errors);
        if (_noiseMultiplier is { } noise)
        {
            errors.Require(noise > 0 && double.IsFinite(noise), "noiseMultiplier", noise, "must be finite and above 0", "Leave it out to have it calibrated.");
        }
    }

    /// <summary>As the ledger will count, after rounding too.</summary>
    private static double CertifiedNoise(SamplingScheme sampling, int rounds, PrivacyBudget budget)
    {
        long events = sampling.EventsFor(rounds);
        double noise = RoundUp(CertifiedCalibration.NoiseMultiplier(value => sampling.Released(value, rounds), budget.Epsilon, budget.Delta));
        while (CertifiedRounds.Of(sampling.Event(noise), events, budget.Delta) > budget.Epsilon)
        {
            noise = RoundUp(noise * (1 + 1e-7)); // bounds carry their own error, and may rise by it
        }

        return noise;
    }

    /// <summary>
    /// Up to eight significant digits: at most 1e-7 more noise than needed. Machines whose logarithms differ in the last place then still calibrate
    /// the same plan, so that a run can be resumed elsewhere, and the number prints short.
    /// </summary>
    private static double RoundUp(double noiseMultiplier)
    {
        decimal scale = (decimal)Math.Pow(10, 7 - Math.Floor(Math.Log10(noiseMultiplier)));
        return (double)(decimal.Ceiling((decimal)noiseMultiplier * scale) / scale);
    }
}
