using System.Text.Json;
using FastDPMeta.Testing;

namespace FastDPMeta.Cli.Tests.Commands;

/// <summary><c>account --plans</c>: one line of JSON a case, whatever the cases say.</summary>
public sealed class PlanFileTests
{
    [Fact]
    public async Task A_case_is_answered_with_an_interval_that_contains_its_epsilon()
    {
        JsonElement answer = Assert.Single(await Answers(
            """{"cases":[{"id":"a","question":"epsilon","event":{"type":"gaussian","noise_multiplier":1},"adjacency":"add_or_remove_one","delta":1e-5}]}"""));
        Assert.Equal("a", answer.GetProperty("id").GetString());
        Assert.InRange(4.3771780956812245, answer.GetProperty("lower").GetDouble() - 1e-12, answer.GetProperty("upper").GetDouble() + 1e-12);
        Assert.Equal(4.728386984943314, answer.GetProperty("rdp").GetDouble(), 1e-9);
        Assert.True(answer.GetProperty("seconds").GetDouble() >= 0);
    }

    [Fact]
    public async Task Bad_cases_are_refused_with_a_reason_and_good_ones_beside_them_answered()
    {
        IReadOnlyList<JsonElement> answers = await Answers(
            """
            [{"id":"nan","event":{"type":"gaussian","noise_multiplier":"NaN"},"delta":1e-5},
             {"id":"type","event":{"type":"quantum"},"delta":1e-5},
             {"id":"rate","event":{"type":"poisson_sampled","sampling_probability":1.5,"event":{"type":"gaussian","noise_multiplier":1}},"delta":1e-5},
             {"id":"missing","event":{"type":"laplace"},"delta":1e-5},
             {"id":"delta","event":{"type":"laplace","noise_multiplier":1},"delta":2},
             {"id":"no-delta","event":{"type":"laplace","noise_multiplier":1}},
             {"id":"relation","event":{"type":"randomized_response","noise_parameter":0.5,"num_buckets":2},"adjacency":"add_or_remove_one","delta":1e-5},
             {"id":"adjacency","event":{"type":"no_op"},"adjacency":"sideways","delta":1e-5},
             {"id":"question","question":"meaning","event":{"type":"no_op"},"delta":1e-5},
             {"id":"count","event":{"type":"self_composed","count":-1,"event":{"type":"no_op"}},"delta":1e-5},
             {"id":"half","event":{"type":"self_composed","count":0.5,"event":{"type":"no_op"}},"delta":1e-5},
             {"id":"shape","event":[],"delta":1e-5},
             7,
             {"id":"good","event":{"type":"no_op"},"delta":1e-5}]
            """);
        Assert.Equal(14, answers.Count);
        Assert.All(answers.Take(13), answer => Assert.False(string.IsNullOrWhiteSpace(answer.GetProperty("refused").GetString())));
        Assert.All(answers.Take(13), answer => Assert.False(answer.TryGetProperty("upper", out _)));
        Assert.Equal(0, answers[13].GetProperty("upper").GetDouble());
        Assert.Equal("case-13", answers[12].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Every_question_has_its_answer()
    {
        IReadOnlyList<JsonElement> answers = await Answers(
            """
            [{"id":"delta","question":"delta","event":{"type":"gaussian","noise_multiplier":1},"epsilon":1},
             {"id":"rdp","question":"rdp","event":{"type":"gaussian","noise_multiplier":1},"orders":[2,3.5]},
             {"id":"conversion","question":"epsilon_from_rdp","orders":[1.5,2,3,5,8,16,32,64],"rdp":[0.15,0.2,0.3,0.5,0.8,1.6,3.2,6.4],"delta":1e-5},
             {"id":"trade","question":"trade_off_curve","event":{"type":"gaussian","noise_multiplier":1},"false_positive_rates":[0.01]},
             {"id":"sigma","question":"calibrate_sigma","given":{"q":1,"steps":1},"target_epsilon":1.9930914044151196,"delta":1e-5},
             {"id":"steps","question":"calibrate_steps","given":{"q":1,"sigma":20},"target_epsilon":2.2540846502197411,"delta":1e-6},
             {"id":"shuffle","question":"epsilon_after_shuffling","given":{"reports":10000,"local_epsilon":1.0},"delta":1e-5},
             {"id":"tree","question":"epsilon","given":{"noise_multiplier":4.0,"batches_per_epoch":10,"epochs_between_restarts":[1,1,1],"tree_completion":false},"delta":1e-6,"adjacency":"replace_special"},
             {"id":"skellam","question":"epsilon","given":{"scale":100.0,"central_stddev":5.0,"l2_sens":1.0,"beta":0.6065306597126334,"dim":4096,"q":1.0,"steps":1,"delta":1e-5}},
             {"id":"open","event":{"type":"gaussian","noise_multiplier":0},"delta":1e-5}]
            """);
        Assert.InRange(0.12693673750664394, answers[0].GetProperty("lower").GetDouble() * (1 - 1e-12), answers[0].GetProperty("upper").GetDouble() * (1 + 1e-12));
        Assert.Equal([2, 3.5], answers[1].GetProperty("orders").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal([1, 1.75], answers[1].GetProperty("rdp").EnumerateArray().Select(value => Math.Round(value.GetDouble(), 9)));
        Assert.Equal(2.0141091678455334, answers[2].GetProperty("upper").GetDouble(), 1e-9);
        Assert.Equal(0.09236224807369393, answers[3].GetProperty("curve")[0].GetProperty("upper").GetDouble(), 1e-6);
        Assert.Equal(2, answers[4].GetProperty("value").GetDouble(), 1e-6);
        Assert.InRange(answers[5].GetProperty("value").GetDouble(), 99, 100);
        Assert.InRange(answers[6].GetProperty("upper").GetDouble(), 0.0433, 0.0464);
        Assert.InRange(4.151816727764913, answers[7].GetProperty("lower").GetDouble() - 1e-9, answers[7].GetProperty("upper").GetDouble() + 1e-9);
        Assert.InRange(answers[8].GetProperty("upper").GetDouble(), 0.8, 0.8432);
        Assert.Equal("Infinity", answers[9].GetProperty("upper").GetString());
    }

    [SkippableFact]
    public async Task All_reference_cases_are_answered()
    {
        Skip.IfNot(SharedFolder.TryFind("reference/accounting.json", out string path), SharedFolder.Missing("reference/accounting.json"));
        CommandRun run = await CommandRun.Of("account", "--plans", path, "--json");
        Assert.Equal(0, run.Code);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length >= 150, $"{lines.Length} answers");
        Assert.All(lines, line => Assert.DoesNotContain("\"refused\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_are_no_plans_are_one_line_and_an_exit_code()
    {
        using TemporaryFolder folder = new();
        string file = folder["plans.json"];
        (await CommandRun.Of("account", "--plans", file)).AssertRefused("cannot be read");
        await File.WriteAllTextAsync(file, "{ not json");
        (await CommandRun.Of("account", "--plans", file)).AssertRefused("not JSON");
        await File.WriteAllTextAsync(file, "3");
        (await CommandRun.Of("account", "--plans", file)).AssertRefused("no cases");
        await File.WriteAllTextAsync(file, "[]");
        (await CommandRun.Of("account", "--plans", file, "--rate", "0.1")).AssertRefused("--plans goes with --json alone");
        Assert.Equal(0, (await CommandRun.Of("account", "--plans", file)).Code);
    }

    private static async Task<IReadOnlyList<JsonElement>> Answers(string plans)
    {
        using TemporaryFolder folder = new();
        string file = folder["plans.json"];
        await File.WriteAllTextAsync(file, plans);
        CommandRun run = await CommandRun.Of("account", "--plans", file, "--json");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];
    }
}
