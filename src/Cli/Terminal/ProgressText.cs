using System.Globalization;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Terminal;

/// <summary>Numbers of a run as people read them.</summary>
internal static class ProgressText
{
    internal static string Loss(double loss) => double.IsFinite(loss) ? loss.ToString("0.0000", CultureInfo.InvariantCulture) : "–";

    /// <summary>Rounded up, as ε always is.</summary>
    internal static string Epsilon(double? epsilon) => epsilon switch
    {
        null => "no privacy",
        double value when double.IsInfinity(value) => "ε = ∞",
        double value => $"ε = {(Math.Ceiling(value * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture)}",
    };

    internal static string Speed(double unitsPerSecond, string units = "tasks") =>
        unitsPerSecond > 0 ? $"{unitsPerSecond.ToString("N0", CultureInfo.InvariantCulture)} {units}/s" : "";

    /// <summary>As <c>1:05</c> or <c>2:03:04</c>.</summary>
    internal static string Time(TimeSpan time) => time.TotalHours >= 1
        ? $"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}"
        : $"{time.Minutes}:{time.Seconds:D2}";

    /// <summary>Time left at the pace so far; null in the first second, when there is none yet.</summary>
    internal static TimeSpan? Left(TimeSpan elapsed, int done, int total) =>
        done <= 0 || elapsed < TimeSpan.FromSeconds(1) ? null : elapsed * ((double)(total - done) / done);

    internal static string Line(in TrainingProgress progress, TimeSpan? left)
    {
        List<string> parts = [$"{progress.Phase}  {progress.Round}/{progress.Rounds}"];
        if (double.IsFinite(progress.Loss))
        {
            parts.Add($"loss {Loss(progress.Loss)}");
        }

        if (progress.Epsilon is not null)
        {
            parts.Add(Epsilon(progress.Epsilon));
        }

        if (progress.UnitsPerSecond > 0)
        {
            parts.Add(Speed(progress.UnitsPerSecond, progress.Units));
        }

        if (left is not null)
        {
            parts.Add($"{Time(left.Value)} left");
        }

        return string.Join("  ", parts);
    }
}
