using System.Globalization;
using FastDPMeta.Cli.Reports;
using Spectre.Console;

namespace FastDPMeta.Cli.Plans;

/// <summary>A comparison of accountants for people and for programs.</summary>
internal static class ComparisonText
{
    private const int BarWidth = 40;

    internal static void Print(IAnsiConsole console, AccountantComparison comparison)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("accountant").AddColumn(new TableColumn("ε").RightAligned()).AddColumn("what it is")
            .AddColumn(new TableColumn("ms").RightAligned());
        foreach (AccountantComparison.Row row in comparison.Rows)
        {
            table.AddRow(
                Markup.Escape(row.Name), Number(row.Epsilon), Markup.Escape(row.Kind), row.Milliseconds.ToString("0.00", CultureInfo.InvariantCulture));
        }

        console.Write(table);
        Table curve = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("rounds").RightAligned()).AddColumn(new TableColumn("certified ε ≤").RightAligned())
            .AddColumn(new TableColumn("Rényi ε ≤").RightAligned()).AddColumn("█ certified, ░ more by Rényi");
        double largest = comparison.Curve.Select(point => point.Moments).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        foreach (AccountantComparison.Point point in comparison.Curve)
        {
            curve.AddRow(
                point.Steps.ToString(CultureInfo.InvariantCulture), Number(point.Upper), Number(point.Moments), Bar(point.Upper, point.Moments, largest));
        }

        console.Write(curve);
    }

    internal static string Json(AccountantComparison comparison, string sampling, double rate, double noise, double delta)
    {
        return JsonLine.Of(json =>
        {
            json.WriteString("sampling", sampling);
            json.WriteNumber("rate", rate);
            json.WriteNumber("noiseMultiplier", noise);
            json.WriteNumber("delta", delta);
            json.WriteStartArray("accountants");
            foreach (AccountantComparison.Row row in comparison.Rows)
            {
                json.WriteStartObject();
                json.WriteString("name", row.Name);
                SummaryJson.Write(json, "epsilon", row.Epsilon);
                json.WriteString("kind", row.Kind);
                json.WriteNumber("milliseconds", Math.Round(row.Milliseconds, 3));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("curve");
            foreach (AccountantComparison.Point point in comparison.Curve)
            {
                json.WriteStartObject();
                json.WriteNumber("steps", point.Steps);
                SummaryJson.Write(json, "lower", point.Lower);
                SummaryJson.Write(json, "upper", point.Upper);
                SummaryJson.Write(json, "rdp", point.Moments);
                SummaryJson.Write(json, "gaussianLimitEstimate", point.Estimate);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static string Bar(double certified, double moments, double largest)
    {
        int full = Length(certified, largest);
        return new string('█', full) + new string('░', Math.Max(0, Length(moments, largest) - full));
    }

    private static int Length(double value, double largest) => double.IsFinite(value) && largest > 0 ? (int)Math.Round(BarWidth * Math.Min(1, value / largest)) : BarWidth;

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("0.000000", CultureInfo.InvariantCulture) : "∞";
}
