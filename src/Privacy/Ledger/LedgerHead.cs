using System.Globalization;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>Where a ledger ends. Kept elsewhere, in a model file or a signed report, it shows later whether the ledger was put back to an earlier state.</summary>
/// <param name="Records">Number of lines, ≥ 1.</param>
/// <param name="Hash">Hash of the last one, which covers all before it: 64 lower-case hexadecimal digits.</param>
public readonly record struct LedgerHead(long Records, string Hash)
{
    /// <summary>As <c>17:9f86…</c>, whole.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Records}:{Hash}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">As <c>17:9f86…</c>.</param>
    /// <param name="head">What it says.</param>
    /// <returns>False where it is something else.</returns>
    public static bool TryParse(string? text, out LedgerHead head)
    {
        string[] parts = (text ?? "").Split(':');
        bool parsed = parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long records)
            && records > 0
            && parts[1].Length == LedgerLine.HashLength
            && parts[1].All(char.IsAsciiHexDigitLower);
        head = parsed ? new LedgerHead(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]) : default;
        return parsed;
    }
}
