using System.Text.Json;
using FastDPMeta.Privacy.Auditing;

namespace FastDPMeta.Cli.Reports;

/// <summary>What an audit found, as one JSON object.</summary>
internal static class AuditJson
{
    internal static string Line(AuditReport report)
    {
        return JsonLine.Of(writer =>
        {
            writer.WriteBoolean("passed", report.Passed);
            WriteReleases(writer, report.Releases);
            WriteTraining(writer, report.Training);
            WriteMembership(writer, report.Training.Membership);
            WriteSampling(writer, report.Training.Sampling);
        });
    }

    private static void WriteReleases(Utf8JsonWriter writer, ReleaseAudit releases)
    {
        writer.WriteStartObject("releases");
        writer.WriteBoolean("passed", releases.Passed);
        writer.WriteNumber("repeats", releases.Repeats);
        writer.WriteNumber("delta", releases.Delta);
        writer.WriteNumber("epsilonPromised", releases.EpsilonPromised);
        writer.WriteNumber("epsilonLower", releases.EpsilonLowerBound);
        writer.WriteNumber("confidence", releases.Confidence);
        writer.WriteStartArray("parameters");
        foreach (ReleaseFinding finding in releases.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("name", finding.Parameter);
            writer.WriteNumber("epsilonLower", finding.EpsilonLowerBound);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTraining(Utf8JsonWriter writer, TrainingAudit training)
    {
        writer.WriteStartObject("training");
        writer.WriteBoolean("passed", training.Passed);
        writer.WriteNumber("rounds", training.Rounds);
        writer.WriteNumber("trainings", training.Trainings);
        SummaryJson.Write(writer, "epsilonUpper", training.EpsilonSpent);
        writer.WriteNumber("epsilonLower", training.OneRun.EpsilonLowerBound);
        writer.WriteNumber("delta", training.OneRun.Delta);
        writer.WriteNumber("confidence", training.OneRun.Confidence);
        writer.WriteNumber("canaries", training.OneRun.Canaries);
        writer.WriteNumber("guesses", training.OneRun.Guesses);
        writer.WriteNumber("correct", training.OneRun.Correct);
        writer.WriteEndObject();
    }

    private static void WriteMembership(Utf8JsonWriter writer, MembershipReport membership)
    {
        writer.WriteStartObject("membership");
        writer.WriteNumber("members", membership.Members);
        writer.WriteNumber("others", membership.Others);
        writer.WriteNumber("areaUnderCurve", membership.AreaUnderCurve);
        writer.WriteNumber("advantage", membership.Advantage);
        writer.WriteStartArray("rates");
        foreach (MembershipRate rate in membership.Rates)
        {
            writer.WriteStartObject();
            writer.WriteNumber("falsePositives", rate.FalsePositiveRate);
            writer.WriteNumber("truePositives", rate.TruePositiveRate);
            writer.WriteNumber("ceiling", rate.Ceiling);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter writer, SamplingAudit? sampling)
    {
        if (sampling is null)
        {
            writer.WriteNull("sampling");
            return;
        }

        writer.WriteStartObject("sampling");
        writer.WriteBoolean("passed", sampling.Passed);
        writer.WriteNumber("rounds", sampling.Rounds);
        writer.WriteStartArray("counts");
        foreach (SamplingFinding finding in sampling.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("what", finding.What);
            writer.WriteNumber("observed", finding.Observed);
            writer.WriteNumber("expected", finding.Expected);
            writer.WriteNumber("pValue", finding.PValue);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
