using System.Text.Json;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>One kind of event as JSON: its name, and its own numbers written and read at one place.</summary>
/// <param name="Name">The value of <c>type</c>.</param>
/// <param name="Type">The record.</param>
/// <param name="StatesRelation">Whether the relation is written; events that are made of others have theirs.</param>
/// <param name="Write">Writes the numbers.</param>
/// <param name="Read">Reads the numbers; the relation is set afterwards.</param>
internal sealed record EventFormat(string Name, Type Type, bool StatesRelation, Action<Utf8JsonWriter, PrivacyEvent> Write, Func<JsonElement, PrivacyEvent> Read)
{
    /// <summary>Every kind that a ledger knows.</summary>
    public static IReadOnlyList<EventFormat> All { get; } =
    [
        Of<GaussianEvent>(
            "gaussian",
            (json, e) => json.WriteNumber("noiseMultiplier", e.NoiseMultiplier),
            tree => new GaussianEvent(Double(tree, "noiseMultiplier"))),
        Of<LaplaceEvent>(
            "laplace",
            (json, e) => json.WriteNumber("noiseMultiplier", e.NoiseMultiplier),
            tree => new LaplaceEvent(Double(tree, "noiseMultiplier"))),
        Of<DiscreteGaussianEvent>(
            "discreteGaussian",
            (json, e) =>
            {
                json.WriteNumber("sigma", e.Sigma);
                json.WriteNumber("sensitivity", e.Sensitivity);
            },
            tree => new DiscreteGaussianEvent(Double(tree, "sigma"), Int(tree, "sensitivity"))),
        Of<DiscreteLaplaceEvent>(
            "discreteLaplace",
            (json, e) =>
            {
                json.WriteNumber("decay", e.Decay);
                json.WriteNumber("sensitivity", e.Sensitivity);
            },
            tree => new DiscreteLaplaceEvent(Double(tree, "decay"), Int(tree, "sensitivity"))),
        Of<PoissonSampledDiscreteGaussianEvent>(
            "poissonSampledDiscreteGaussian",
            (json, e) =>
            {
                json.WriteNumber("samplingRate", e.SamplingRate);
                json.WriteNumber("standardDeviation", e.StandardDeviation);
                json.WriteNumber("sensitivity", e.Sensitivity);
            },
            tree => new PoissonSampledDiscreteGaussianEvent(Double(tree, "samplingRate"), Double(tree, "standardDeviation"), Double(tree, "sensitivity"))),
        Of<CorrelatedGaussianEvent>(
            "correlatedGaussian",
            (json, e) =>
            {
                json.WriteNumber("rounds", e.Rounds);
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
                json.WriteNumber("sensitivity", e.Sensitivity);
            },
            tree => new CorrelatedGaussianEvent(Int(tree, "rounds"), Double(tree, "noiseMultiplier"), Double(tree, "sensitivity"))),
        Of<SkellamEvent>(
            "skellam",
            (json, e) =>
            {
                json.WriteNumber("variance", e.Variance);
                json.WriteNumber("l1Sensitivity", e.L1Sensitivity);
                json.WriteNumber("l2Sensitivity", e.L2Sensitivity);
            },
            tree => new SkellamEvent(Double(tree, "variance"), Double(tree, "l1Sensitivity"), Double(tree, "l2Sensitivity"))),
        Of<DistributedDiscreteGaussianEvent>(
            "distributedDiscreteGaussian",
            (json, e) =>
            {
                json.WriteNumber("clients", e.Clients);
                json.WriteNumber("sigma", e.Sigma);
                json.WriteNumber("dimension", e.Dimension);
                json.WriteNumber("l1Sensitivity", e.L1Sensitivity);
                json.WriteNumber("l2Sensitivity", e.L2Sensitivity);
            },
            tree => new DistributedDiscreteGaussianEvent(
                Int(tree, "clients"), Double(tree, "sigma"), Int(tree, "dimension"), Double(tree, "l1Sensitivity"), Double(tree, "l2Sensitivity"))),
        Of<MixtureOfGaussiansEvent>(
            "mixtureOfGaussians",
            (json, e) =>
            {
                json.WriteNumber("standardDeviation", e.StandardDeviation);
                WriteNumbers(json, "sensitivities", e.Sensitivities);
                WriteNumbers(json, "probabilities", e.Probabilities);
            },
            tree => new MixtureOfGaussiansEvent(Double(tree, "standardDeviation"), [.. Doubles(tree, "sensitivities")], [.. Doubles(tree, "probabilities")])),
        Of<ConcentratedEvent>(
            "concentrated",
            (json, e) =>
            {
                json.WriteNumber("rho", e.Rho);
                json.WriteNumber("xi", e.Xi);
            },
            tree => new ConcentratedEvent(Double(tree, "rho"), Double(tree, "xi"))),
        Of<EpsilonDeltaEvent>(
            "epsilonDelta",
            (json, e) =>
            {
                json.WriteNumber("epsilon", e.Epsilon);
                json.WriteNumber("delta", e.Delta);
            },
            tree => new EpsilonDeltaEvent(Double(tree, "epsilon"), Double(tree, "delta"))),
        Of<RandomizedResponseEvent>(
            "randomizedResponse",
            (json, e) =>
            {
                json.WriteNumber("noiseProbability", e.NoiseProbability);
                json.WriteNumber("values", e.Values);
            },
            tree => new RandomizedResponseEvent(Double(tree, "noiseProbability"), Int(tree, "values"))),
        Of<ExponentialMechanismEvent>(
            "exponentialMechanism", (json, e) => json.WriteNumber("epsilon", e.Epsilon), tree => new ExponentialMechanismEvent(Double(tree, "epsilon"))),
        Of<PermuteAndFlipEvent>("permuteAndFlip", (json, e) => json.WriteNumber("epsilon", e.Epsilon), tree => new PermuteAndFlipEvent(Double(tree, "epsilon"))),
        Of<ShuffledEvent>(
            "shuffled",
            (json, e) =>
            {
                json.WriteNumber("reports", e.Reports);
                json.WriteNumber("localEpsilon", e.LocalEpsilon);
            },
            tree => new ShuffledEvent(Int(tree, "reports"), Double(tree, "localEpsilon"))),
        Of<PoissonSampledGaussianEvent>(
            "poissonSampledGaussian",
            (json, e) =>
            {
                json.WriteNumber("samplingRate", e.SamplingRate);
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
            },
            tree => new PoissonSampledGaussianEvent(Double(tree, "samplingRate"), Double(tree, "noiseMultiplier"))),
        Of<TruncatedPoissonSampledGaussianEvent>(
            "truncatedPoissonSampledGaussian",
            (json, e) =>
            {
                json.WriteNumber("population", e.Population);
                json.WriteNumber("samplingRate", e.SamplingRate);
                json.WriteNumber("largestLot", e.LargestLot);
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
                if (e.PopulationIsExact)
                {
                    json.WriteBoolean("populationIsExact", true);
                }
            },
            tree => new TruncatedPoissonSampledGaussianEvent(
                Int(tree, "population"), Double(tree, "samplingRate"), Int(tree, "largestLot"), Double(tree, "noiseMultiplier"))
            {
                PopulationIsExact = tree.TryGetProperty("populationIsExact", out JsonElement exact) && exact.GetBoolean(),
            }),
        Of<FixedSizeSampledGaussianEvent>(
            "fixedSizeSampledGaussian",
            (json, e) =>
            {
                json.WriteNumber("population", e.Population);
                json.WriteNumber("lot", e.Lot);
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
            },
            tree => new FixedSizeSampledGaussianEvent(Int(tree, "population"), Int(tree, "lot"), Double(tree, "noiseMultiplier"))),
        Of<EpochGaussianEvent>(
            "epochGaussian",
            (json, e) =>
            {
                json.WriteNumber("batches", e.Batches);
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
            },
            tree => new EpochGaussianEvent(Int(tree, "batches"), Double(tree, "noiseMultiplier"))),
        Of<SingleEpochTreeEvent>(
            "singleEpochTree",
            (json, e) =>
            {
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
                WriteNumbers(json, "stepCounts", e.StepCounts);
            },
            tree => new SingleEpochTreeEvent(Double(tree, "noiseMultiplier"), [.. Array(tree, "stepCounts").Select(item => item.GetInt64())])),
        Of<RepeatedTreeEvent>(
            "repeatedTree",
            (json, e) =>
            {
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
                json.WriteNumber("batches", e.Batches);
                json.WriteBoolean("completed", e.Completed);
                WriteNumbers(json, "epochs", e.Epochs);
            },
            tree => new RepeatedTreeEvent(
                Double(tree, "noiseMultiplier"), Int(tree, "batches"), tree.GetProperty("completed").GetBoolean(), [.. Array(tree, "epochs").Select(item => item.GetInt32())])),
        Of<MatrixFactorizationEvent>(
            "matrixFactorization",
            (json, e) =>
            {
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
                WriteNumbers(json, "coefficients", e.Coefficients);
                json.WriteNumber("steps", e.Steps);
                json.WriteNumber("participations", e.Participations);
                json.WriteNumber("separation", e.Separation);
            },
            tree => new MatrixFactorizationEvent(
                Double(tree, "noiseMultiplier"), [.. Doubles(tree, "coefficients")], Int(tree, "steps"), Int(tree, "participations"), Int(tree, "separation"))),
        Of<BandedMatrixEvent>(
            "bandedMatrix",
            (json, e) =>
            {
                json.WriteNumber("noiseMultiplier", e.NoiseMultiplier);
                json.WriteNumber("bands", e.Bands);
                json.WriteNumber("steps", e.Steps);
                json.WriteNumber("samplingRate", e.SamplingRate);
            },
            tree => new BandedMatrixEvent(Double(tree, "noiseMultiplier"), Int(tree, "bands"), tree.GetProperty("steps").GetInt64(), Double(tree, "samplingRate"))),
        Of<CoveredEvent>("covered", (_, _) => { }, _ => new CoveredEvent()),
        Of<NonPrivateEvent>("nonPrivate", (_, _) => { }, _ => new NonPrivateEvent()),
        Of<NoOpEvent>("noOp", (_, _) => { }, _ => new NoOpEvent()),
        Of<PoissonSampledEvent>(
            "poissonSampled",
            (json, e) =>
            {
                json.WriteNumber("samplingRate", e.SamplingRate);
                WriteEvent(json, e.Sampled);
            },
            tree => new PoissonSampledEvent(Double(tree, "samplingRate"), Event(tree)),
            statesRelation: false),
        Of<SampledWithoutReplacementEvent>(
            "sampledWithoutReplacement",
            (json, e) =>
            {
                json.WriteNumber("population", e.Population);
                json.WriteNumber("lot", e.Lot);
                WriteEvent(json, e.Sampled);
            },
            tree => new SampledWithoutReplacementEvent(Int(tree, "population"), Int(tree, "lot"), Event(tree)),
            statesRelation: false),
        Of<RepeatAndSelectEvent>(
            "repeatAndSelect",
            (json, e) =>
            {
                if (e.IsPoisson)
                {
                    json.WriteNumber("mean", e.Mean);
                }
                else
                {
                    json.WriteNumber("shape", e.Shape);
                    json.WriteNumber("success", e.Success);
                }

                WriteEvent(json, e.Repeated);
            },
            tree => tree.TryGetProperty("mean", out JsonElement mean)
                ? RepeatAndSelectEvent.Poisson(Event(tree), mean.GetDouble())
                : RepeatAndSelectEvent.NegativeBinomial(Event(tree), Double(tree, "shape"), Double(tree, "success")),
            statesRelation: false),
        Of<SelfComposedEvent>(
            "selfComposed",
            (json, e) =>
            {
                json.WriteNumber("count", e.Count);
                WriteEvent(json, e.Repeated);
            },
            tree => new SelfComposedEvent(Event(tree), tree.GetProperty("count").GetInt64()),
            statesRelation: false),
        Of<ComposedEvent>(
            "composed",
            (json, e) =>
            {
                json.WriteStartArray("events");
                foreach (PrivacyEvent part in e.Events)
                {
                    PrivacyEventJson.Write(json, part);
                }

                json.WriteEndArray();
            },
            tree => new ComposedEvent([.. Array(tree, "events").Select(PrivacyEventJson.Read)]),
            statesRelation: false),
    ];

    private static EventFormat Of<T>(string name, Action<Utf8JsonWriter, T> write, Func<JsonElement, T> read, bool statesRelation = true)
        where T : PrivacyEvent => new(name, typeof(T), statesRelation, (json, e) => write(json, (T)e), read);

    private static double Double(JsonElement tree, string name) => tree.GetProperty(name).GetDouble();

    private static int Int(JsonElement tree, string name) => tree.GetProperty(name).GetInt32();

    private static JsonElement.ArrayEnumerator Array(JsonElement tree, string name) => tree.GetProperty(name).EnumerateArray();

    private static IEnumerable<double> Doubles(JsonElement tree, string name) => Array(tree, name).Select(item => item.GetDouble());

    private static PrivacyEvent Event(JsonElement tree) => PrivacyEventJson.Read(tree.GetProperty("event"));

    private static void WriteEvent(Utf8JsonWriter json, PrivacyEvent privacyEvent)
    {
        json.WritePropertyName("event");
        PrivacyEventJson.Write(json, privacyEvent);
    }

    private static void WriteNumbers<T>(Utf8JsonWriter json, string name, IEnumerable<T> numbers)
        where T : struct
    {
        json.WriteStartArray(name);
        foreach (T number in numbers)
        {
            if (number is double real)
            {
                json.WriteNumberValue(real);
            }
            else
            {
                json.WriteNumberValue(Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        json.WriteEndArray();
    }
}
