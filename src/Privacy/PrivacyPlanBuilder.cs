using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy;

/// <summary>
/// States what is protected, how strongly and against which sampling. Nothing is checked before <see cref="Build"/>, which reports
/// everything that is wrong at once.
/// </summary>
public sealed class PrivacyPlanBuilder
{
    private PrivacyUnit? _unit;
    private PrivacyBudget? _budget;
    private (int Population, int ExpectedLot, int Rounds)? _sampling;
    private Clipping? _clipping;
    private double? _noiseMultiplier;
    private NeighbouringRelation _neighbours = NeighbouringRelation.AddOrRemoveOne;

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
    {
        _sampling = (population, expectedLot, rounds);
        return this;
    }

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

    /// <summary>Which data sets the guarantee compares.</summary>
    /// <param name="neighbours">Only <see cref="NeighbouringRelation.AddOrRemoveOne"/> can be accounted for at present.</param>
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

        (int population, int expectedLot, int rounds) = _sampling!.Value;
        PrivacyBudget budget = _budget!.Value;
        double rate = (double)expectedLot / population;
        double noise = _noiseMultiplier ?? RoundUp(Calibration.NoiseMultiplier(rate, rounds, budget.Epsilon, budget.Delta));
        long affordable = Calibration.Steps(rate, noise, budget.Epsilon, budget.Delta);
        if (affordable == 0)
        {
            errors.Add($"noiseMultiplier {noise} is too small: a single round exceeds {budget}. Give more noise, or leave it out to have it calibrated.").Throw();
        }

        return new PrivacyPlan(_unit!.Value, budget, population, expectedLot, rounds, _clipping!, noise, affordable);
    }

    private void CheckWhat(ArgumentErrors errors)
    {
        errors.Require(_unit is not null, "unit", "nothing", "must be given", "Call Protect(PrivacyUnit.Task) or Protect(PrivacyUnit.Example).");
        errors.Require(_unit is null || Enum.IsDefined(_unit.Value), "unit", _unit ?? default, "must be Example or Task", "Call Protect with one of them.");
        errors.Require(_budget is not null, "budget", "nothing", "must be given", "Call Within(new PrivacyBudget(epsilon, delta)).");
        errors.Require(
            _neighbours == NeighbouringRelation.AddOrRemoveOne, "neighbours", _neighbours, "must be AddOrRemoveOne: no other relation is accounted for yet", "Leave Compare out.");
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
            errors.Require(sampling.Population > 0, "population", sampling.Population, "must be at least 1", "Give the number of units in the data.");
            errors.Require(
                sampling.ExpectedLot > 0 && sampling.ExpectedLot <= Math.Max(1, sampling.Population),
                "expectedLot",
                sampling.ExpectedLot,
                "must lie between 1 and the population, so that the sampling rate lies in (0, 1]",
                "Give the number of units a round uses on average.");
            errors.Require(sampling.Rounds > 0, "rounds", sampling.Rounds, "must be at least 1", "Give the number of training rounds.");
        }

        errors.Require(_clipping is not null, "clipNorm", "nothing", "must be finite and above 0", "Call ClipTo(l2Norm), for example with 1.");
        _clipping?.Check(errors);
        if (_noiseMultiplier is { } noise)
        {
            errors.Require(noise > 0 && double.IsFinite(noise), "noiseMultiplier", noise, "must be finite and above 0", "Leave it out to have it calibrated.");
        }
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
