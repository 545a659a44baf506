using System.Text.Json;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Reports;

/// <summary>The result as one JSON object: the last line of <c>--json</c>, and the head of <c>report.json</c>.</summary>
internal static class SummaryJson
{
    internal static string Line(TrainingOptions options, TrainingResult result)
    {
        return JsonLine.Of(writer =>
        {
            WriteFields(writer, options, result);
        });
    }

    internal static void WriteFields(Utf8JsonWriter writer, TrainingOptions options, TrainingResult result)
    {
        bool isPrivate = options.Epsilon is not null;
        writer.WriteString("task", Name(options.Task));
        writer.WriteString("learner", Name(options.Learner));
        writer.WriteString("normalization", result.Normalization);
        writer.WriteString("device", result.Device);
        Write(writer, "unit", isPrivate ? Name(options.Unit) : null);
        Write(writer, "epsilon", result.Epsilon);
        Write(writer, "delta", isPrivate ? options.Delta : null);
        Write(writer, "noiseMultiplier", result.NoiseMultiplier);
        Write(writer, "clipNorm", isPrivate ? options.Clip : null);
        Write(writer, "clipping", isPrivate ? Name(options.Clipping) : null);
        Write(writer, "sampling", isPrivate ? Name(options.Sampling) : null);
        Write(writer, "accountant", isPrivate ? Name(options.Accountant) : null);
        writer.WriteBoolean("secureNoise", isPrivate && options.SecureNoise);
        writer.WriteNumber("rounds", result.Rounds);
        writer.WriteString("metric", result.Metric);
        Write(writer, "before", result.Before);
        Write(writer, "after", result.After);
        Write(writer, "ci95", result.Ci95);
        Write(writer, "nonPrivate", result.NonPrivate);
        Write(writer, "seconds", Math.Round(result.Seconds, 3));
        Write(writer, "allocatedBytesPerRound", result.AllocatedBytesPerRound);
        writer.WriteBoolean("stopped", result.Stopped);
    }

    /// <summary>A number, or null where there is none; JSON has no infinity and no NaN.</summary>
    internal static void Write(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is double number && double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>As options spell it: <c>meta-sgd</c>.</summary>
    internal static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static void Write(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is null)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteString(name, value);
        }
    }
}
