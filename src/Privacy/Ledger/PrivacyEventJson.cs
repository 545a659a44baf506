using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>Events as JSON, for ledgers: a later accountant can replay an old ledger from them alone. The kinds stand in <see cref="EventFormat"/>.</summary>
internal static class PrivacyEventJson
{
    /// <summary>Deeper trees are refused, as the reader refuses them.</summary>
    private const int LargestDepth = 64;

    private static readonly FrozenDictionary<string, EventFormat> ByName = EventFormat.All.ToFrozenDictionary(format => format.Name);
    private static readonly FrozenDictionary<Type, EventFormat> ByType = EventFormat.All.ToFrozenDictionary(format => format.Type);

    /// <summary>One event as UTF-8 without line breaks.</summary>
    /// <exception cref="ArgumentException">The event is of a kind that ledgers do not know.</exception>
    public static byte[] Encode(PrivacyEvent privacyEvent)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { MaxDepth = LargestDepth }))
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

    internal static void Write(Utf8JsonWriter writer, PrivacyEvent privacyEvent)
    {
        if (!ByType.TryGetValue(privacyEvent.GetType(), out EventFormat? format))
        {
            throw new ArgumentException($"{privacyEvent.GetType().Name} cannot be written to a ledger.", nameof(privacyEvent));
        }

        writer.WriteStartObject();
        writer.WriteString("type", format.Name);
        if (format.StatesRelation)
        {
            writer.WriteString("neighbours", privacyEvent.Neighbours.ToString());
        }

        format.Write(writer, privacyEvent);
        writer.WriteEndObject();
    }

    internal static PrivacyEvent Read(JsonElement tree)
    {
        string type = tree.GetProperty("type").GetString() ?? "";
        if (!ByName.TryGetValue(type, out EventFormat? format))
        {
            throw new FormatException($"unknown type \"{type}\"");
        }

        PrivacyEvent privacyEvent = format.Read(tree);
        return format.StatesRelation ? Under(Neighbours(tree), privacyEvent) : privacyEvent;
    }

    /// <summary>The event under the relation stated; where its type has but one, the JSON must agree.</summary>
    private static PrivacyEvent Under(NeighbouringRelation neighbours, PrivacyEvent privacyEvent)
    {
        PrivacyEvent stated = privacyEvent.Neighbours == neighbours ? privacyEvent : privacyEvent with { Neighbours = neighbours };
        return stated.Neighbours == neighbours ? stated : throw new FormatException($"{privacyEvent.GetType().Name} does not hold under {neighbours}");
    }

    private static NeighbouringRelation Neighbours(JsonElement tree) =>
        Enum.TryParse(tree.GetProperty("neighbours").GetString(), out NeighbouringRelation relation) && Enum.IsDefined(relation)
            ? relation
            : throw new FormatException("unknown neighbouring relation");
}
