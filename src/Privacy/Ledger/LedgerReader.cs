using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// Reads a ledger and checks every line and the chain. The last line may be torn, for a crash can stop a write at any byte: it is reported, not refused.
/// A line that is readable but wrong, or unreadable with others after it, is damage and refused.
/// </summary>
internal static class LedgerReader
{
    private const byte LineFeed = (byte)'\n';
    private static readonly byte[] HashField = ",\"hash\":\""u8.ToArray();
    private static readonly byte[] LineStart = "{\"v\":"u8.ToArray();

    /// <summary>The lines of a ledger.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="bytes">The whole ledger.</param>
    /// <exception cref="LedgerException">The ledger is empty, its first line is torn, or a line is damaged.</exception>
    public static LedgerContents Read(string name, ReadOnlySpan<byte> bytes) => Read(name, bytes, [], [], null, 0);

    /// <summary>The lines that were added since. Takes over the lists of <paramref name="before"/>, which is not to be used any more, unless this throws.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="bytes">The whole ledger; up to the sound length as it was.</param>
    /// <param name="before">What was read then.</param>
    /// <exception cref="LedgerException">A new line is damaged.</exception>
    public static LedgerContents ReadOn(string name, ReadOnlySpan<byte> bytes, LedgerContents before)
    {
        (List<LedgerEntry> entries, List<string> hashes) = ((List<LedgerEntry>)before.Entries, (List<string>)before.Hashes);
        int count = entries.Count;
        try
        {
            return Read(name, bytes, entries, hashes, before.First, (int)before.SoundLength);
        }
        catch (LedgerException)
        {
            entries.RemoveRange(count, entries.Count - count);
            hashes.RemoveRange(count, hashes.Count - count);
            throw;
        }
    }

    private static LedgerContents Read(string name, ReadOnlySpan<byte> bytes, List<LedgerEntry> entries, List<string> hashes, LedgerFirstLine? first, int start)
    {
        while (start < bytes.Length)
        {
            int feed = bytes[start..].IndexOf(LineFeed);
            int end = feed < 0 ? bytes.Length : start + feed;
            bool isLast = end >= bytes.Length - 1;
            if (Parse(bytes[start..end]) is not { } document)
            {
                return isLast && entries.Count > 0 && !HoldsSeveralLines(bytes[start..end])
                    ? new LedgerContents(entries, hashes, first!, start, Torn: true, LacksLineFeed: false)
                    : throw Damaged(name, entries.Count, bytes.Length, isLast);
            }

            using (document)
            {
                (LedgerEntry entry, string hash) = Check(name, bytes[start..end], document.RootElement, entries.Count, hashes.Count == 0 ? LedgerLine.NoHash : hashes[^1]);
                entries.Add(entry);
                hashes.Add(hash);
                first ??= First(bytes[start..end], document.RootElement, entry);
            }

            if (feed < 0)
            {
                return new LedgerContents(entries, hashes, first, bytes.Length, Torn: false, LacksLineFeed: true);
            }

            start = end + 1;
        }

        return entries.Count > 0
            ? new LedgerContents(entries, hashes, first!, bytes.Length, Torn: false, LacksLineFeed: false)
            : throw new LedgerException($"Ledger {name} is empty: the run ended before it began. Delete it and start anew.");
    }

    /// <summary>A crash tears one line; if a second one begins in there, the line feed between them was destroyed by something else.</summary>
    private static bool HoldsSeveralLines(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && bytes[1..].IndexOf(LineStart) >= 0;

    private static JsonDocument? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            // The reader is strict: no comments, no trailing commas, and nothing after the object.
            JsonDocument document = JsonDocument.Parse(line.ToArray());
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (LedgerEntry Entry, string Hash) Check(string name, ReadOnlySpan<byte> line, JsonElement fields, int index, string lastHash)
    {
        if (fields.TryGetProperty("v", out JsonElement v) && v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out int version) && version > LedgerLine.SharedVersion)
        {
            throw new LedgerException($"Ledger {name} was written in format {version} by a later version of FastDPMeta; this one reads formats up to {LedgerLine.SharedVersion}. Use the later version.");
        }

        try
        {
            int covered = line.LastIndexOf(HashField);
            string hash = fields.GetProperty("hash").GetString() ?? "";
            string computed = covered < 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(line[..covered]));
            if (hash != computed || fields.GetProperty("prev").GetString() != lastHash || fields.GetProperty("seq").GetInt64() != index)
            {
                throw new FormatException("its hash or its place in the chain is wrong");
            }

            return (Entry(fields, index), hash);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new LedgerException(
                $"Ledger {name} is damaged at line {index + 1}: {error.Message}. It can no longer prove what was spent; restore it from a copy or treat its whole budget as spent.", error);
        }
    }

    private static LedgerFirstLine First(ReadOnlySpan<byte> line, JsonElement fields, LedgerEntry entry) => new(
        System.Text.Encoding.UTF8.GetString(line),
        fields.TryGetProperty("witness", out JsonElement witness) && witness.ValueKind == JsonValueKind.True,
        entry.Kind == LedgerEntryKind.Share);

    private static LedgerEntry Entry(JsonElement fields, int index)
    {
        LedgerEntryKind kind = fields.GetProperty("kind").GetString() switch
        {
            "begin" when index == 0 => LedgerEntryKind.Begin,
            "share" when index == 0 => LedgerEntryKind.Share,
            "charge" when index > 0 => LedgerEntryKind.Charge,
            "recovery" when index > 0 => LedgerEntryKind.Recovery,
            string other => throw new FormatException($"a line of kind \"{other}\" does not belong here"),
            null => throw new FormatException("its kind is missing"),
        };
        bool shared = fields.GetProperty("v").GetInt32() == LedgerLine.SharedVersion;
        bool charges = kind == LedgerEntryKind.Charge || (kind == LedgerEntryKind.Recovery && !shared);
        PrivacyEvent? charged = charges ? PrivacyEventJson.Decode(fields.GetProperty("event")) : null;
        return new LedgerEntry(
            index,
            fields.GetProperty("time").GetDateTimeOffset(),
            kind,
            shared && !charges ? "" : fields.GetProperty("plan").GetString() ?? "",
            charges ? fields.GetProperty("round").GetInt64() : -1,
            charged,
            Number(fields.GetProperty("epsilon")),
            Number(fields.GetProperty("delta")))
        {
            Analyst = shared && charges ? fields.GetProperty("analyst").GetString() ?? "" : "",
        };
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture)
        : value.GetDouble();

    private static LedgerException Damaged(string name, int index, int length, bool isLast) => index == 0 && isLast
        ? new LedgerException($"Ledger {name} ({length} bytes) has a torn first line: the run ended before it began and charged nothing. Delete it and start anew.")
        : new LedgerException(
            $"Ledger {name} is damaged at line {index + 1}: it is not readable. It can no longer prove what was spent; restore it from a copy or treat its whole budget as spent.");
}
