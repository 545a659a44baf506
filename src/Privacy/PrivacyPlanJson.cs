using System.Buffers;
using System.Text.Json;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy;

/// <summary>The numbers of a plan as one JSON object with a fixed order of names: the hash is taken over these bytes.</summary>
internal static class PrivacyPlanJson
{
    private const int Version = 1;

    public static byte[] Encode(PrivacyPlan plan)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("unit", plan.Unit.ToString());
            writer.WriteString("neighbours", plan.Neighbours.ToString());
            writer.WriteBoolean("private", plan.IsPrivate);
            if (plan.IsPrivate)
            {
                writer.WriteNumber("epsilon", plan.Budget.Epsilon);
                writer.WriteNumber("delta", plan.Budget.Delta);
                writer.WriteNumber("clipNorm", plan.ClipNorm);
                writer.WriteNumber("noiseMultiplier", plan.NoiseMultiplier);
            }

            if (plan.Accountant != PlanAccountant.Rdp)
            {
                writer.WriteString("accountant", plan.Accountant.ToString()); // left out otherwise: plans from before there was a choice keep their hash
            }

            plan.Sampling.Write(writer);
            WriteClipping(writer, plan.Clipping);
            writer.WriteNumber("population", plan.Population);
            writer.WriteNumber("expectedLot", plan.ExpectedLot);
            writer.WriteNumber("rounds", plan.Rounds);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Rules other than the flat clip, with their numbers; plans from before there were any keep their hash.</summary>
    private static void WriteClipping(Utf8JsonWriter writer, Clipping? clipping)
    {
        if (clipping is null or { Kind: ClippingKind.Flat })
        {
            return;
        }

        writer.WriteString("clipping", clipping.Kind.ToString());
        writer.WriteStartArray("layerNorms");
        foreach (float norm in clipping.LayerNorms)
        {
            writer.WriteNumberValue(norm);
        }

        writer.WriteEndArray();
        writer.WriteNumber("stabilizer", clipping.Stabilizer);
        writer.WriteNumber("quantile", clipping.Quantile);
        writer.WriteNumber("clipRate", clipping.Rate);
        writer.WriteNumber("share", clipping.Share);
    }
}
