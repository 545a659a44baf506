using System.Globalization;
using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Cli.Reports;

/// <summary>A certified interval for people: as many digits as both ends share and two more, the lower end rounded down and the upper up.</summary>
internal static class IntervalText
{
    private const int MostDigits = 10;

    internal static string Of(EpsilonInterval interval) => double.IsPositiveInfinity(interval.Upper)
        ? double.IsPositiveInfinity(interval.Lower) ? "ε = ∞ (no protection)" : string.Create(CultureInfo.InvariantCulture, $"{interval.Lower:0.####} ≤ ε, without an upper bound")
        : string.Create(CultureInfo.InvariantCulture, $"{Rounded(interval.Lower, interval.Width, up: false)} ≤ ε ≤ {Rounded(interval.Upper, interval.Width, up: true)} ({interval.LowerEngine} and {interval.UpperEngine})");

    private static string Rounded(double value, double width, bool up)
    {
        int digits = width > 0 ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(width)), 4, MostDigits) : MostDigits;
        decimal scale = (decimal)Math.Pow(10, digits);
        if (value > 1e12)
        {
            return value.ToString("r", CultureInfo.InvariantCulture);
        }

        decimal shown = up ? decimal.Ceiling((decimal)value * scale) / scale : decimal.Floor((decimal)value * scale) / scale;
        return shown.ToString("0.##########", CultureInfo.InvariantCulture);
    }
}
