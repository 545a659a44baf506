using System.Text.Json;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>
/// How lots are drawn, and with it what a round costs: the sampler and the event charged are made by the same object, from the same numbers. All
/// numbers are public constants. Immutable.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term><see cref="Poisson"/></term><description>Add or remove one; amplified. Lots vary, without bound.</description></item>
/// <item><term><see cref="TruncatedPoisson"/></term><description>Add or remove one; amplified, and the cut is paid for. Lots have a largest size.</description></item>
/// <item><term><see cref="FixedSize"/></term><description>Replace one, with sensitivity 2C; amplified. Lots have one size.</description></item>
/// <item><term><see cref="Cyclic"/></term><description>Replace one with nothing; not amplified, and an epoch costs what one release costs. Lots have one size, nothing is random.</description></item>
/// <item><term><see cref="Stream"/></term><description>As cyclic, and rounds share their noise: a whole run is one release.</description></item>
/// </list>
/// </remarks>
public abstract class SamplingScheme
{
    private protected SamplingScheme(int population, int lot)
    {
        Population = population;
        Lot = lot;
    }

    /// <summary>As saved and printed: <c>Poisson</c>, <c>TruncatedPoisson</c>, <c>FixedSize</c>, <c>Cyclic</c> or <c>Stream</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The declared number of units.</summary>
    public int Population { get; }

    /// <summary>Units in a lot, on average where lots vary: what noisy sums are divided by.</summary>
    public int Lot { get; }

    /// <summary>The most units that a lot can have.</summary>
    public abstract int LargestLot { get; }

    /// <summary>lot / population: the share of the units that a round uses on average.</summary>
    public double Rate => (double)Lot / Population;

    /// <summary>The relation under which the costs hold.</summary>
    public abstract NeighbouringRelation Neighbours { get; }

    /// <summary>Rounds that one <see cref="Event"/> pays for: the batches of an epoch where sampling is cyclic, all of a stream, 1 elsewhere.</summary>
    public virtual int RoundsPerEvent => 1;

    /// <summary>Every unit independently with probability expectedLot / population.</summary>
    /// <param name="population">How many units there are, about; ≥ 1.</param>
    /// <param name="expectedLot">Units in a lot on average, 1 to population.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public static SamplingScheme Poisson(int population, int expectedLot) => Checked(new PoissonScheme(population, expectedLot));

    /// <summary>Poisson sampling; a lot of more units than allowed is cut to a uniform subset.</summary>
    /// <param name="population">The most units that there may be, ≥ 1.</param>
    /// <param name="expectedLot">Units in a lot on average before the cut, 1 to population.</param>
    /// <param name="largestLot">The cap, ≥ expectedLot.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public static SamplingScheme TruncatedPoisson(int population, int expectedLot, int largestLot) => Checked(new TruncatedPoissonScheme(population, expectedLot, largestLot));

    /// <summary>A uniform subset of fixed size in every round.</summary>
    /// <param name="population">How many units there are, exactly; ≥ 1.</param>
    /// <param name="lot">Units in a lot, 1 to population.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public static SamplingScheme FixedSize(int population, int lot) => Checked(new FixedSizeScheme(population, lot));

    /// <summary>Fixed batches in a fixed order, each unit once an epoch.</summary>
    /// <param name="population">Places for units, ≥ 1.</param>
    /// <param name="lot">The most units in a batch, 1 to population.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public static SamplingScheme Cyclic(int population, int lot) => Checked(new CyclicScheme(population, lot));

    /// <summary>Fixed batches in a fixed order, with noise that the rounds of the whole run share.</summary>
    /// <param name="population">Places for units, ≥ 1.</param>
    /// <param name="lot">The most units in a batch, 1 to population.</param>
    /// <param name="epochs">Passes over all units, ≥ 1.</param>
    /// <param name="correlation">How noise is shared.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message lists all of it.</exception>
    public static SamplingScheme Stream(int population, int lot, int epochs, NoiseCorrelation correlation) => Checked(new StreamScheme(population, lot, epochs, correlation));

    /// <summary>What <see cref="RoundsPerEvent"/> rounds release.</summary>
    /// <param name="noiseMultiplier">Noise standard deviation / the longest contribution of one unit, finite and ≥ 0.</param>
    public abstract PrivacyEvent Event(double noiseMultiplier);

    /// <summary>Everything that a number of rounds releases.</summary>
    /// <param name="noiseMultiplier">Noise standard deviation / the longest contribution of one unit, finite and ≥ 0.</param>
    /// <param name="rounds">≥ 0; with cyclic sampling an epoch begun counts whole.</param>
    public PrivacyEvent Released(double noiseMultiplier, long rounds) => new SelfComposedEvent(Event(noiseMultiplier), EventsFor(rounds));

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The events that pay for a number of rounds.</summary>
    internal long EventsFor(long rounds) => (rounds / RoundsPerEvent) + (rounds % RoundsPerEvent == 0 ? 0 : 1);

    /// <summary>The rounds that a number of events pays for, at most <see cref="Calibration.MostSteps"/>.</summary>
    internal long RoundsOf(long events) => events > Calibration.MostSteps / RoundsPerEvent ? Calibration.MostSteps : events * RoundsPerEvent;

    /// <summary>Takes note of every number that is out of range.</summary>
    internal virtual void Check(ArgumentErrors errors)
    {
        errors.Require(Population > 0, "population", Population, "must be at least 1", "Give the number of units in the data.");
        errors.Require(
            Lot > 0 && Lot <= Math.Max(1, Population), LotName, Lot, "must lie between 1 and the population, so that the sampling rate lies in (0, 1]", "Give the number of units a round uses on average.");
    }

    /// <summary>The sampler that <see cref="Event"/> accounts for.</summary>
    /// <param name="units">How many units the data really has.</param>
    /// <param name="key">A secret of this process.</param>
    /// <param name="publicKey">The same in every process that runs the plan.</param>
    internal abstract ISampler CreateSampler(int units, RandomKey key, RandomKey publicKey);

    /// <summary>A sentence without its full stop: what each round takes.</summary>
    /// <param name="unit">As <c>task</c>.</param>
    internal abstract string Describe(string unit);

    /// <summary>What is allowed but probably not meant.</summary>
    internal virtual string? Warning(long rounds, double delta) => null;

    /// <summary>Fields of the plan's JSON that are this scheme's own.</summary>
    internal virtual void Write(Utf8JsonWriter writer) => writer.WriteString("sampling", Name);

    private protected virtual string LotName => "lot";

    private protected static void CheckUnits(int units, int least, int most)
    {
        if (units < least || units > most)
        {
            string range = least == most ? $"must be the plan's population, {most}" : $"must lie between {least} and the plan's population, {most}";
            throw new ArgumentOutOfRangeException(nameof(units), units, $"The number of units {range}: the account rests on it. Plan with the number of units in the data.");
        }
    }

    private static SamplingScheme Checked(SamplingScheme scheme)
    {
        ArgumentErrors errors = new($"SamplingScheme.{scheme.Name}");
        scheme.Check(errors);
        errors.Throw();
        return scheme;
    }
}
