using System.Globalization;
using System.Security.Cryptography;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy;

/// <summary>
/// Everything that determines ε, in one immutable object: the unit, the budget, the sampling, the clip and the noise. The sampler and the
/// event that is charged both come from here, so that one cannot be declared and the other run. Made by <see cref="PrivacyPlanBuilder"/>.
/// </summary>
/// <remarks>Holds public constants only, never data; all of it may be printed and saved.</remarks>
public sealed class PrivacyPlan
{
    // Some operations of double precision, each rounding by 1.1e-16: the noise of a share is never less than its part of the budget asks for.
    private const double Rounding = 1e-14;

    internal PrivacyPlan(
        PrivacyUnit unit, PrivacyBudget budget, SamplingScheme sampling, int rounds, Clipping? clipping, double noiseMultiplier, long affordableRounds, PlanAccountant accountant = PlanAccountant.Rdp)
    {
        Unit = unit;
        Budget = budget;
        Sampling = sampling;
        Rounds = rounds;
        Clipping = clipping;
        NoiseMultiplier = noiseMultiplier;
        AffordableRounds = affordableRounds;
        Accountant = accountant;
        Lattice = sampling is SecurePoissonScheme ? new NoiseLattice(ClipNorm, noiseMultiplier) : null;
        RoundEvent = IsPrivate ? sampling.Event(noiseMultiplier) : new NonPrivateEvent { Neighbours = sampling.Neighbours };
        Promise = Promised();
        Warnings = FindWarnings();
        Hash = Convert.ToHexStringLower(SHA256.HashData(PrivacyPlanJson.Encode(this)));
    }

    /// <summary>What is protected.</summary>
    public PrivacyUnit Unit { get; }

    /// <summary>The most that may be revealed; infinite for a plan without privacy.</summary>
    public PrivacyBudget Budget { get; }

    /// <summary>Which data sets the guarantee compares.</summary>
    public NeighbouringRelation Neighbours => Sampling.Neighbours;

    /// <summary>How lots are drawn.</summary>
    public SamplingScheme Sampling { get; }

    /// <summary>The declared number of units, a public constant.</summary>
    public int Population => Sampling.Population;

    /// <summary>Units in a lot, on average where lots vary.</summary>
    public int ExpectedLot => Sampling.Lot;

    /// <summary>Releases planned.</summary>
    public int Rounds { get; }

    /// <summary>q = expected lot / population: the share of the units that a round uses on average.</summary>
    public double SamplingRate => Sampling.Rate;

    /// <summary>What noisy sums are divided by: the expected lot, a public constant. The real size of a lot is private.</summary>
    public int Divisor => ExpectedLot;

    /// <summary>How contributions are bounded; null without privacy.</summary>
    public Clipping? Clipping { get; }

    /// <summary>
    /// C: the longest gradient that one unit may contribute, in the first round where it adapts; infinite without privacy.
    /// </summary>
    public float ClipNorm => Clipping?.Norm ?? float.PositiveInfinity;

    /// <summary>σ: noise standard deviation / sensitivity of all that a round releases; 0 without privacy.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>
    /// The noise of the gradient sum alone, in clip norms: σ, but for adaptive clipping σ/√(1 - share), so that with the count's noise <see cref="CountNoise"/>
    /// a round is exactly one Gaussian release of multiplier σ: <c>σ⁻² = gradient⁻² + (2·count)⁻²</c> (Andrew et al. 2021, theorem 1; a unit moves the
    /// count, centred at one half, by one half). 0 without privacy.
    /// </summary>
    public double GradientNoiseMultiplier => Clipping is { Kind: ClippingKind.Adaptive } adaptive ? NoiseMultiplier / Math.Sqrt(1 - adaptive.Share) * (1 + Rounding) : NoiseMultiplier;

    /// <summary>Standard deviation of the noise on the count of unclipped units, in units; 0 where nothing is counted.</summary>
    public double CountNoise => Clipping is { Kind: ClippingKind.Adaptive } adaptive ? NoiseMultiplier / (2 * Math.Sqrt(adaptive.Share)) * (1 + Rounding) : 0;

    /// <summary>The standard deviation of the noise on a sum, rounded up to float32, in the first round where the clip norm adapts; 0 without privacy.</summary>
    public float NoiseStandardDeviation => Clipping.RoundUp(!IsPrivate ? 0 : Lattice is { } lattice ? lattice.StandardDeviation * lattice.Step : GradientNoiseMultiplier * ClipNorm);

    /// <summary>The grid of exact discrete noise, where the plan was built with <see cref="PrivacyPlanBuilder.SecureNoise"/>; null otherwise.</summary>
    public NoiseLattice? Lattice { get; }

    /// <summary>False for <see cref="None(PrivacyUnit, int, int, int)"/>: no clip, no noise, ε = ∞.</summary>
    public bool IsPrivate => !double.IsPositiveInfinity(Budget.Epsilon);

    /// <summary>How rounds share their noise, where the plan was built with <see cref="PrivacyPlanBuilder.Stream"/>; null where each has its own.</summary>
    public NoiseCorrelation? Correlation => (Sampling as StreamScheme)?.Correlation;

    /// <summary>Whether a round's noise is drawn in the same pass as the update: plain Gaussian noise.</summary>
    internal bool PerturbsInUpdate => IsPrivate && Lattice is null && Sampling is not StreamScheme;

    /// <summary>By which account the noise was calibrated and the ledger decides.</summary>
    public PlanAccountant Accountant { get; }

    /// <summary>How many rounds the budget lasts, at most 2⁵⁰; at least <see cref="Rounds"/> when the noise was calibrated.</summary>
    public long AffordableRounds { get; }

    /// <summary>What one round releases, as the accountant and the ledger see it; with cyclic sampling, what an epoch releases, charged with its first round.</summary>
    public PrivacyEvent RoundEvent { get; }

    /// <summary>What the run will have spent after its last round (or after the last that the budget affords).</summary>
    public PrivacySpent Promise { get; }

    /// <summary>What is allowed but probably not meant, a sentence each; empty as a rule.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>SHA-256 of all the numbers above, in lower-case hexadecimal: a ledger or a model belongs to the plan with this hash.</summary>
    public string Hash { get; }

    /// <summary>
    /// A plan <b>without any privacy</b>, for the twin that shows what privacy costs: the same sampling, no clip, no noise, ε = ∞. It says so
    /// wherever it is printed.
    /// </summary>
    /// <param name="unit">What would be protected.</param>
    /// <param name="population">How many units there are, ≥ 1.</param>
    /// <param name="expectedLot">Units in a lot on average, 1 to population.</param>
    /// <param name="rounds">Rounds, ≥ 1.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public static PrivacyPlan None(PrivacyUnit unit, int population, int expectedLot, int rounds)
    {
        ArgumentErrors errors = new("PrivacyPlan.None");
        errors.Require(population > 0, nameof(population), population, "must be at least 1", "Give the number of units in the data.");
        errors.Require(
            expectedLot > 0 && expectedLot <= Math.Max(1, population), nameof(expectedLot), expectedLot, "must lie between 1 and the population", "Give the units a round uses on average.");
        errors.Require(rounds > 0, nameof(rounds), rounds, "must be at least 1", "Give the number of training rounds.");
        errors.Throw();
        return None(unit, new PoissonScheme(population, expectedLot), rounds);
    }

    /// <summary>As the other, for any sampling.</summary>
    /// <param name="unit">What would be protected.</param>
    /// <param name="sampling">How lots are drawn.</param>
    /// <param name="rounds">Rounds, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rounds.</exception>
    public static PrivacyPlan None(PrivacyUnit unit, SamplingScheme sampling, int rounds)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        return new PrivacyPlan(unit, new PrivacyBudget(double.PositiveInfinity, 1), sampling, rounds, null, 0, Calibration.MostSteps);
    }

    /// <summary>The sampler that this plan accounts for, with a fresh key from the operating system.</summary>
    /// <param name="units">
    /// How many units the data really has. Poisson: any number, the rate stays the plan's. Truncated Poisson and cyclic: at most the population. Fixed size: exactly
    /// the population.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or not one that the account holds for.</exception>
    public ISampler CreateSampler(int units)
    {
        using RandomKey key = RandomKey.FromOperatingSystem();
        return CreateSampler(units, key);
    }

    /// <summary>The sampler under a given key: for tests, which repeat themselves. Its lots are no secret to whoever knows the key.</summary>
    internal ISampler CreateSampler(int units, RandomKey key)
    {
        using RandomKey publicKey = RandomKey.FromBytes(Convert.FromHexString(Hash));
        return Sampling.CreateSampler(units, key, publicKey);
    }

    /// <summary>A paragraph for people: what is promised about whom, and by what means.</summary>
    public string Describe()
    {
        string one = Unit switch
        {
            PrivacyUnit.Task => "task (everything one user contributed)",
            PrivacyUnit.User => "user (all tasks of one person)",
            _ => "example (one row)",
        };
        string sampling = string.Create(CultureInfo.InvariantCulture, $"{Sampling.Describe(Unit.ToString().ToLowerInvariant())}, {Rounds} rounds.");
        if (!IsPrivate)
        {
            return $"NO PRIVACY: gradients are neither clipped nor noised, ε = ∞. {sampling}";
        }

        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Protects each {one}: {Change()} changes the probability of any outcome by at most a factor e^ε, beside δ, with {Budget}. {sampling} "
            + $"Its gradient is {Clipping}; the sum gets {NoiseName} noise of standard deviation {NoiseStandardDeviation:g6} (noise multiplier {NoiseMultiplier}) and is divided by {Divisor}. "
            + $"At the end {Promise}{(Accountant == PlanAccountant.Certified ? ", by the certified account" : "")}.");
        return Warnings.Count == 0 ? text : $"{text} Warning: {string.Join(" ", Warnings)}";
    }

    /// <inheritdoc/>
    public override string ToString() => Describe();

    private PrivacySpent Promised()
    {
        long rounds = Math.Min(Rounds, AffordableRounds);
        return !IsPrivate ? new PrivacySpent(double.PositiveInfinity, Budget.Delta, double.NaN, Rounds, Neighbours)
            : Accountant == PlanAccountant.Certified
                ? new PrivacySpent(CertifiedRounds.Of(RoundEvent, Sampling.EventsFor(rounds), Budget.Delta), Budget.Delta, double.NaN, rounds, Neighbours)
                : Accounting.Accountant.Spent(Sampling, NoiseMultiplier, rounds, Budget.Delta);
    }

    private string NoiseName => Lattice is not null ? "exact discrete Gaussian" : Sampling is StreamScheme stream ? $"Gaussian noise from {stream.Correlation}, that is, in a single round," : "Gaussian";

    private string Change() => Neighbours switch
    {
        NeighbouringRelation.AddOrRemoveOne => "adding or removing one",
        NeighbouringRelation.ReplaceOne => "exchanging one for another",
        _ => "leaving the place of one empty",
    };

    private List<string> FindWarnings()
    {
        List<string> warnings = [];
        if (IsPrivate && Budget.Delta >= 1.0 / Population)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"δ = {Budget.Delta} is not below 1 / population = {1.0 / Population:g3}: such a δ allows to publish a whole {Unit.ToString().ToLowerInvariant()} at random. Choose δ well below."));
        }

        if (IsPrivate && Sampling.Warning(Rounds, Budget.Delta) is { } warning)
        {
            warnings.Add(warning);
        }

        if (AffordableRounds < Rounds)
        {
            warnings.Add($"The budget lasts {AffordableRounds} of {Rounds} rounds at this noise: training stops there.");
        }

        return warnings;
    }
}
