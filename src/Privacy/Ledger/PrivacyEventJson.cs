using System.Buffers;
using System.Text.Json;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>Events as JSON, for ledgers: a later accountant can replay an old ledger from them alone.</summary>
internal static class PrivacyEventJson
{
    /// <summary>One event as UTF-8 without line breaks.</summary>
    public static byte[] Encode(PrivacyEvent privacyEvent)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            Write(writer, privacyEvent);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The event of a JSON object.</summary>
    /// <exception cref="FormatException">The type is unknown, or a field is missing or out of range.</exception>
    public static PrivacyEvent Decode(JsonElement tree)
    {
        try
        {
            return Read(tree);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new FormatException($"not a privacy event ({error.Message})", error);
        }
    }

    private static void Write(Utf8JsonWriter writer, PrivacyEvent privacyEvent)
    {
        writer.WriteStartObject();
        switch (privacyEvent)
        {
            case GaussianEvent gaussian:
                WriteHead(writer, "gaussian", gaussian);
                writer.WriteNumber("noiseMultiplier", gaussian.NoiseMultiplier);
                break;
            case PoissonSampledGaussianEvent sampled:
                WriteHead(writer, "poissonSampledGaussian", sampled);
                writer.WriteNumber("samplingRate", sampled.SamplingRate);
                writer.WriteNumber("noiseMultiplier", sampled.NoiseMultiplier);
                break;
            case TruncatedPoissonSampledGaussianEvent cut:
                WriteHead(writer, "truncatedPoissonSampledGaussian", cut);
                writer.WriteNumber("population", cut.Population);
                writer.WriteNumber("samplingRate", cut.SamplingRate);
                writer.WriteNumber("largestLot", cut.LargestLot);
                writer.WriteNumber("noiseMultiplier", cut.NoiseMultiplier);
                break;
            case FixedSizeSampledGaussianEvent drawn:
                WriteHead(writer, "fixedSizeSampledGaussian", drawn);
                writer.WriteNumber("population", drawn.Population);
                writer.WriteNumber("lot", drawn.Lot);
                writer.WriteNumber("noiseMultiplier", drawn.NoiseMultiplier);
                break;
            case EpochGaussianEvent epoch:
                WriteHead(writer, "epochGaussian", epoch);
                writer.WriteNumber("batches", epoch.Batches);
                writer.WriteNumber("noiseMultiplier", epoch.NoiseMultiplier);
                break;
            case PoissonSampledDiscreteGaussianEvent discrete:
                WriteHead(writer, "poissonSampledDiscreteGaussian", discrete);
                writer.WriteNumber("samplingRate", discrete.SamplingRate);
                writer.WriteNumber("standardDeviation", discrete.StandardDeviation);
                writer.WriteNumber("sensitivity", discrete.Sensitivity);
                break;
            case CorrelatedGaussianEvent correlated:
                WriteHead(writer, "correlatedGaussian", correlated);
                writer.WriteNumber("rounds", correlated.Rounds);
                writer.WriteNumber("noiseMultiplier", correlated.NoiseMultiplier);
                writer.WriteNumber("sensitivity", correlated.Sensitivity);
                break;
            case CoveredEvent covered:
                WriteHead(writer, "covered", covered);
                break;
            case SelfComposedEvent repeated:
                writer.WriteString("type", "selfComposed");
                writer.WriteNumber("count", repeated.Count);
                writer.WritePropertyName("event");
                Write(writer, repeated.Repeated);
                break;
            case ComposedEvent composed:
                writer.WriteString("type", "composed");
                writer.WriteStartArray("events");
                foreach (PrivacyEvent part in composed.Events)
                {
                    Write(writer, part);
                }

                writer.WriteEndArray();
                break;
            case NonPrivateEvent open:
                WriteHead(writer, "nonPrivate", open);
                break;
            default:
                throw new ArgumentException($"{privacyEvent.GetType().Name} cannot be written to a ledger.", nameof(privacyEvent));
        }

        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, string type, PrivacyEvent privacyEvent)
    {
        writer.WriteString("type", type);
        writer.WriteString("neighbours", privacyEvent.Neighbours.ToString());
    }

    private static PrivacyEvent Read(JsonElement tree)
    {
        string type = tree.GetProperty("type").GetString() ?? "";
        return type switch
        {
            "gaussian" => new GaussianEvent(tree.GetProperty("noiseMultiplier").GetDouble()) { Neighbours = Neighbours(tree) },
            "poissonSampledGaussian" => new PoissonSampledGaussianEvent(
                tree.GetProperty("samplingRate").GetDouble(), tree.GetProperty("noiseMultiplier").GetDouble())
            {
                Neighbours = Neighbours(tree),
            },
            "truncatedPoissonSampledGaussian" => Fixed(
                tree,
                new TruncatedPoissonSampledGaussianEvent(
                    tree.GetProperty("population").GetInt32(),
                    tree.GetProperty("samplingRate").GetDouble(),
                    tree.GetProperty("largestLot").GetInt32(),
                    tree.GetProperty("noiseMultiplier").GetDouble())),
            "fixedSizeSampledGaussian" => Fixed(
                tree,
                new FixedSizeSampledGaussianEvent(
                    tree.GetProperty("population").GetInt32(), tree.GetProperty("lot").GetInt32(), tree.GetProperty("noiseMultiplier").GetDouble())),
            "epochGaussian" => Fixed(tree, new EpochGaussianEvent(tree.GetProperty("batches").GetInt32(), tree.GetProperty("noiseMultiplier").GetDouble())),
            "poissonSampledDiscreteGaussian" => Fixed(
                tree,
                new PoissonSampledDiscreteGaussianEvent(
                    tree.GetProperty("samplingRate").GetDouble(), tree.GetProperty("standardDeviation").GetDouble(), tree.GetProperty("sensitivity").GetDouble())),
            "correlatedGaussian" => Fixed(
                tree,
                new CorrelatedGaussianEvent(
                    tree.GetProperty("rounds").GetInt32(), tree.GetProperty("noiseMultiplier").GetDouble(), tree.GetProperty("sensitivity").GetDouble())),
            "covered" => Fixed(tree, new CoveredEvent()),
            "selfComposed" => new SelfComposedEvent(Read(tree.GetProperty("event")), tree.GetProperty("count").GetInt64()),
            "composed" => new ComposedEvent([.. tree.GetProperty("events").EnumerateArray().Select(Read)]),
            "nonPrivate" => new NonPrivateEvent { Neighbours = Neighbours(tree) },
            _ => throw new FormatException($"unknown type \"{type}\""),
        };
    }

    /// <summary>An event whose relation is given with its type; the JSON must agree.</summary>
    private static PrivacyEvent Fixed(JsonElement tree, PrivacyEvent privacyEvent) => Neighbours(tree) == privacyEvent.Neighbours
        ? privacyEvent
        : throw new FormatException($"{privacyEvent.GetType().Name} does not hold under {Neighbours(tree)}");

    private static NeighbouringRelation Neighbours(JsonElement tree) =>
        Enum.TryParse(tree.GetProperty("neighbours").GetString(), out NeighbouringRelation relation) && Enum.IsDefined(relation)
            ? relation
            : throw new FormatException("unknown neighbouring relation");
}
