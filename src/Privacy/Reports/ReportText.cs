using System.Globalization;
using System.Text;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Reports;

/// <summary>A report as Markdown: a page for people, and the same as JSON at its end. The page is a pure function of the JSON, so that the two can't tell different things.</summary>
internal static class ReportText
{
    private const string JsonStart = "```json\n", JsonEnd = "\n```\n";

    private const string NotCovered =
        """
        ## What this does not cover

        - Other releases from the same data: runs with another ledger, searches for settings, evaluations on private data that were not charged.
        - Figures shown to the operator during training (losses, lot sizes, numbers of clipped units).
        - Models adapted to one person's data, which stay with that person.
        - Whether the code did what it says: that is for tests and audits. The signature says who made this report, and that it was not changed since.
        """;

    public static string Write(PrivacyReport report)
    {
        StringBuilder text = new();
        text.Append("# Privacy report\n\n");
        text.Append("What was computed from private data, and the most that it can reveal about one unit: whatever somebody sees of it, the probability of seeing it changes by at most a\n");
        text.Append("factor e^ε, beside δ, when the data changes as the relation says.\n\n| | |\n|---|---|\n");
        Row(text, "unit", report.Unit switch
        {
            nameof(PrivacyUnit.Task) => "task: everything one user contributed",
            nameof(PrivacyUnit.User) => "user: all tasks of one person",
            _ => $"{report.Unit.ToLowerInvariant()}: one row",
        });
        Row(text, "relation", Relation(report.Neighbours));
        Row(text, "ε", Epsilon(report.Epsilon));
        Row(text, "δ", Number(report.Delta));
        Row(text, "budget", double.IsFinite(report.BudgetEpsilon) ? $"ε ≤ {Number(report.BudgetEpsilon)} at the same δ" : "none");
        Row(text, "mechanism", report.Mechanism);
        Row(text, "sampling", report.Sampling);
        Row(text, "releases", Text($"{report.Releases} charged, {report.Recoveries} of the records written in place of one that a crash tore"));
        Row(text, "from, to", Text($"{report.Begun:O}, {report.LastRecord:O}"));
        Row(text, "ledger", Text($"{report.Ledger.Records} records, the last with hash {report.Ledger.Hash}"));
        Row(text, "plan", report.Plan.Length > 0 ? report.Plan : "several, drawing on one budget");
        Row(text, "data", report.Data.Length > 0 ? $"HMAC-SHA256 {report.Data}, under a secret of the data's holder" : "no fingerprint was taken");
        Row(text, "code", report.Code);
        Row(text, "made", Text($"{report.Made:O}"));
        text.Append("\n## What was charged\n\n| times | event | analyst |\n|---|---|---|\n");
        foreach (ChargedEvent charged in report.Events)
        {
            text.Append(Text($"| {charged.Times} | `{charged.Event}` | {Cell(charged.Analyst)} |\n"));
        }

        text.Append('\n').Append(NotCovered.ReplaceLineEndings("\n")).Append("\n\n## The same for machines\n\n");
        return text.Append(JsonStart).Append(ReportJson.Write(report)).Append(JsonEnd).ToString();
    }

    /// <summary>The report of a page, which must be exactly the page that the report gives.</summary>
    /// <exception cref="PrivacyReportException">It isn't.</exception>
    public static PrivacyReport Read(string text)
    {
        int start = text.LastIndexOf(JsonStart, StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf(JsonEnd, start, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new PrivacyReportException("This is not a privacy report: it has no part for machines. Give the file as it was made.");
        }

        PrivacyReport report = ReportJson.Read(text[(start + JsonStart.Length)..end]);
        return Write(report) == text
            ? report
            : throw new PrivacyReportException("The report's page and its part for machines differ: it was changed, or made by another version. Give the file as it was made.");
    }

    private static void Row(StringBuilder text, string name, string value) => text.Append("| ").Append(name).Append(" | ").Append(Cell(value)).Append(" |\n");

    private static string Cell(string value) => value.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Relation(NeighbouringRelation neighbours) => neighbours switch
    {
        NeighbouringRelation.AddOrRemoveOne => "add or remove one unit",
        NeighbouringRelation.ReplaceOne => "replace one unit by another",
        _ => "replace one unit by nothing, its place staying empty",
    };

    private static string Epsilon(ReportedEpsilon epsilon) =>
        $"{(double.IsFinite(epsilon.Upper) ? $"at most {Number(epsilon.Upper)}" : "∞: no protection")}{(epsilon.Lower is double lower ? $", at least {Number(lower)}" : "; no lower bound was computed")}";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
