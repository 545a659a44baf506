using System.Globalization;

namespace FastDPMeta.Cli.Reports;

/// <summary>A metric's value for people.</summary>
internal static class MetricText
{
    /// <summary>A share as a percentage, anything else with three decimals; nothing where there is none.</summary>
    internal static string Of(string metric, double? value) => value switch
    {
        null => "",
        double number when !double.IsFinite(number) => "–",
        double number when metric == "accuracy" => (number * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %",
        double number => number.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
