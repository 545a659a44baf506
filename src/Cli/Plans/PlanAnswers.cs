using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Cli.Plans;

/// <summary>Answers the questions of a plan file, one JSON object each: <c>id</c>, <c>lower</c> and <c>upper</c>, what else was asked, and <c>seconds</c>; or <c>refused</c> with the reason.</summary>
internal static class PlanAnswers
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer to one case as one line. Whatever the case says, this does not throw for it.</summary>
    internal static string Answer(PlanCase question)
    {
        long start = Stopwatch.GetTimestamp();
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, OneLine))
        {
            json.WriteStartObject();
            json.WriteString("id", question.Id);
            try
            {
                using MemoryStream fields = new();
                using (Utf8JsonWriter inner = new(fields, OneLine))
                {
                    inner.WriteStartObject();
                    Write(inner, question);
                    inner.WriteEndObject();
                }

                using JsonDocument answer = JsonDocument.Parse(fields.ToArray());
                foreach (JsonProperty field in answer.RootElement.EnumerateObject())
                {
                    field.WriteTo(json);
                }
            }
            catch (Exception error) when (error is FormatException or ArgumentException or NotSupportedException or InvalidOperationException or OverflowException)
            {
                json.WriteString("refused", error.Message.ReplaceLineEndings(" "));
            }

            json.WriteNumber("seconds", Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 6));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, PlanCase question)
    {
        switch (question.Question)
        {
            case "epsilon" or "epsilon_after_shuffling":
                WriteEpsilon(json, question);
                break;
            case "delta":
                DeltaInterval delta = Accountant.CertifyDelta(question.Event(), question.Number("epsilon"));
                WriteInterval(json, delta.Lower, delta.Upper);
                WriteEngines(json, delta.LowerEngine, delta.UpperEngine);
                break;
            case "rdp":
                WriteCurve(json, question.Event(), question.Orders);
                break;
            case "epsilon_from_rdp":
                double converted = Accountant.FromRenyi(question.Numbers("orders"), question.Numbers("rdp"), question.Delta);
                WriteInterval(json, converted, converted);
                WriteNumber(json, "rdp", converted);
                break;
            case "trade_off_curve":
                WriteTradeOff(json, question);
                break;
            case "calibrate_sigma" or "calibrate_steps" or "calibrate_sampling_probability":
                PlanCalibration.Write(json, question);
                break;
            default:
                throw new FormatException($"unknown question '{question.Question}'");
        }
    }

    private static void WriteEpsilon(Utf8JsonWriter json, PlanCase question)
    {
        PrivacyEvent asked = question.Event();
        EpsilonInterval epsilon = Accountant.Certify(asked, question.Delta);
        WriteInterval(json, epsilon.Lower, epsilon.Upper);
        WriteEngines(json, epsilon.LowerEngine, epsilon.UpperEngine);
        RdpAccountant moments = new(asked.Neighbours);
        moments.Charge(asked);
        double byMoments = moments.Spent(question.Delta).Epsilon;
        WriteNumber(json, "rdp_epsilon", byMoments);
        if (question.Has("orders") && question.Orders is { Length: > 0 } orders)
        {
            WriteCurve(json, asked, orders);
        }
        else
        {
            WriteNumber(json, "rdp", byMoments);
        }
    }

    private static void WriteCurve(Utf8JsonWriter json, PrivacyEvent asked, double[] orders)
    {
        if (orders.Length == 0)
        {
            throw new FormatException("field 'orders' is missing");
        }

        RdpAccountant moments = new(asked.Neighbours);
        moments.Charge(asked);
        WriteList(json, "orders", orders);
        WriteList(json, "rdp", Array.ConvertAll(orders, moments.RenyiDivergence));
    }

    private static void WriteList(Utf8JsonWriter json, string name, double[] values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            WriteValue(json, value);
        }

        json.WriteEndArray();
    }

    private static void WriteTradeOff(Utf8JsonWriter json, PlanCase question)
    {
        TradeOffCurve curve = new(question.Event());
        WriteInterval(json, curve.Advantage.Lower, curve.Advantage.Upper, "advantage_lower", "advantage_upper");
        json.WriteStartArray("curve");
        foreach (double rate in question.FalsePositiveRates)
        {
            RateInterval best = curve.TruePositiveRate(rate);
            json.WriteStartObject();
            json.WriteNumber("false_positive_rate", rate);
            json.WriteNumber("lower", best.Lower);
            json.WriteNumber("upper", best.Upper);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteInterval(Utf8JsonWriter json, double lower, double upper, string lowerName = "lower", string upperName = "upper")
    {
        WriteNumber(json, lowerName, lower);
        WriteNumber(json, upperName, upper);
    }

    /// <summary>A number; infinities as words, as in the questions.</summary>
    internal static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        WriteValue(json, value);
    }

    private static void WriteValue(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else if (double.IsNaN(value))
        {
            throw new InvalidOperationException("The answer is not a number. Please report the case.");
        }
        else
        {
            json.WriteStringValue(value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static void WriteEngines(Utf8JsonWriter json, AccountingEngine lower, AccountingEngine upper)
    {
        json.WriteString("lower_by", lower.ToString());
        json.WriteString("upper_by", upper.ToString());
    }
}
