using System.Globalization;
using System.Text;
using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Reports;

/// <summary>From a ledger's lines to a report.</summary>
internal static class LedgerSummary
{
    /// <summary>Reads a ledger without changing it.</summary>
    /// <exception cref="LedgerException">It is missing, damaged, torn, in use, or differs from its witness.</exception>
    public static LedgerContents Read(string path, string? witness)
    {
        byte[] bytes = Bytes(path);
        LedgerContents contents = LedgerReader.Read(path, bytes);
        if (contents.Torn || contents.LacksLineFeed)
        {
            throw new LedgerException($"Ledger {path} ends in a record that a crash tore. Resume its run once, which charges and repairs it; then report.");
        }

        if (contents.First.Witnessed && witness is null)
        {
            throw new LedgerException($"Ledger {path} was begun with a witness. Name the witness, or nobody can tell whether the ledger was put back from an older copy.");
        }

        return witness is null || bytes.AsSpan().SequenceEqual(Bytes(witness))
            ? contents
            : throw new LedgerException($"Ledger {path} differs from its witness {witness}. Resume its run once, which mends what a crash left and refuses anything else; then report.");
    }

    /// <summary>The report, but for data and time.</summary>
    public static PrivacyReport Of(string name, LedgerContents contents)
    {
        using JsonDocument document = JsonDocument.Parse(contents.First.Text);
        bool shared = contents.First.Shared;
        JsonElement terms = document.RootElement.GetProperty(shared ? "terms" : "planned");
        NeighbouringRelation neighbours = Enum.Parse<NeighbouringRelation>(terms.GetProperty("neighbours").GetString()!);
        bool certified = terms.TryGetProperty("accountant", out JsonElement accountant) && accountant.GetString() == nameof(PlanAccountant.Certified);
        (ReportedEpsilon epsilon, long releases) = Spent(name, contents, neighbours, shared ? SharedBudget.Decode(name, contents.First) : null, certified);
        return new PrivacyReport
        {
            Unit = terms.GetProperty("unit").GetString()!,
            Neighbours = neighbours,
            Epsilon = epsilon,
            Delta = contents.Entries[0].Delta,
            BudgetEpsilon = terms.TryGetProperty("epsilon", out JsonElement budget) ? budget.GetDouble() : double.PositiveInfinity,
            Mechanism = shared ? "as each analyst chose; see what was charged" : Mechanism(terms),
            Sampling = shared ? "as each analyst chose; see what was charged" : Sampling(terms),
            Releases = releases,
            Recoveries = contents.Entries.Count(entry => entry.Kind == LedgerEntryKind.Recovery),
            Events = Events(contents),
            Begun = contents.Entries[0].Time,
            LastRecord = contents.Entries[^1].Time,
            Ledger = contents.Head,
            Plan = contents.Entries[0].PlanHash,
            Data = "",
            Code = CodeVersion.Current,
            Made = default,
        };
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (LedgerChain.IsStorageError(error))
        {
            throw new LedgerException($"Ledger {path} can't be read: {LedgerChain.OneLine(error)} Give a ledger that exists and that no run has open.", error);
        }
    }

    private static (ReportedEpsilon Epsilon, long Releases) Spent(string name, LedgerContents contents, NeighbouringRelation neighbours, SharedBudget? terms, bool certified)
    {
        RdpAccountant accountant = new(neighbours);
        foreach (LedgerEntry entry in contents.Entries.Where(entry => entry.Event is not null))
        {
            try
            {
                accountant.Charge(entry.Event!);
            }
            catch (ArgumentException error)
            {
                throw new LedgerException($"Ledger {name} has a charge that does not belong to it: {LedgerChain.OneLine(error)} Restore it from a copy or treat its whole budget as spent.", error);
            }
        }

        double delta = contents.Entries[0].Delta;
        if (accountant.Releases == 0)
        {
            return (new ReportedEpsilon(0, 0), 0);
        }

        if (!(delta is > 0 and < 1))
        {
            return (new ReportedEpsilon(double.PositiveInfinity, double.PositiveInfinity), accountant.Releases); // a plan without privacy
        }

        CertifiedComposition charged = new(Charged(contents));
        double epsilon = certified ? charged.UpperEpsilon(delta)
            : terms is not null ? RdpConversion.Epsilon(terms.Order, accountant.RenyiDivergence(terms.Order), delta)
            : accountant.Spent(delta).Epsilon;
        return (new ReportedEpsilon(charged.LeastEpsilon(delta) is double least ? Math.Min(least, epsilon) : null, epsilon), accountant.Releases);
    }

    /// <summary>Everything charged as one event, equal ones counted together.</summary>
    private static ComposedEvent Charged(LedgerContents contents) => new(
        [.. contents.Entries.Where(entry => entry.Event is not null).GroupBy(entry => entry.Event!).Select(group => new SelfComposedEvent(group.Key, group.LongCount()))]);

    private static ChargedEvent[] Events(LedgerContents contents) =>
    [
        .. contents.Entries.Where(entry => entry.Event is not null)
            .GroupBy(entry => (entry.Analyst, Event: Encoding.UTF8.GetString(PrivacyEventJson.Encode(entry.Event!))))
            .Select(group => new ChargedEvent(group.Key.Analyst, group.Key.Event, group.LongCount())),
    ];

    private static string Mechanism(JsonElement plan)
    {
        if (!plan.GetProperty("private").GetBoolean())
        {
            return "none: neither clip nor noise";
        }

        string account = plan.TryGetProperty("accountant", out JsonElement accountant) && accountant.GetString() == nameof(PlanAccountant.Certified) ? "; ε by the certified account of rounds fixed beforehand" : "";
        string rule = plan.TryGetProperty("clipping", out JsonElement clipping) ? clipping.GetString()! : "Flat";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Gaussian noise on the sum of what units contribute, noise multiplier {plan.GetProperty("noiseMultiplier").GetDouble()}; contributions clipped ({rule}) to length {plan.GetProperty("clipNorm").GetDouble()}{account}");
    }

    private static string Sampling(JsonElement plan)
    {
        string scheme = plan.TryGetProperty("sampling", out JsonElement sampling) ? sampling.GetString()! : "Poisson";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{scheme}, {plan.GetProperty("expectedLot").GetInt32()} of {plan.GetProperty("population").GetInt32()} units a round, {plan.GetProperty("rounds").GetInt32()} rounds planned");
    }
}
