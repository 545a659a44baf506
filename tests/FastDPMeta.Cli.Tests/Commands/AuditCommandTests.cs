using System.Text.Json;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Tests.Training;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class AuditCommandTests
{
    [Fact]
    public async Task A_real_training_is_audited_within_its_time_and_passes()
    {
        using StringWriter output = new(), error = new();
        string[] run = ["audit", "--population", "400", "--lot", "40", "--delta", "1e-5", "--canaries", "50", "--trainings", "2", "--audit-rounds", "3", "--seconds", "8", "--json"];
        int code = await Application.RunAsync(run, output, error);
        Assert.Equal((0, ""), (code, error.ToString()));
        string text = output.ToString();
        Assert.Contains("Nothing found contradicts the promise", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(text.TrimEnd().Split('\n')[^1]);
        JsonElement training = json.RootElement.GetProperty("training");
        Assert.True(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal(50, training.GetProperty("canaries").GetInt32());
        Assert.True(training.GetProperty("epsilonLower").GetDouble() <= training.GetProperty("epsilonUpper").GetDouble());
        Assert.True(json.RootElement.GetProperty("releases").GetProperty("repeats").GetInt32() > 0);
        Assert.True(json.RootElement.GetProperty("sampling").GetProperty("passed").GetBoolean());
        Assert.InRange(json.RootElement.GetProperty("membership").GetProperty("areaUnderCurve").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task A_broken_promise_ends_with_a_code_of_its_own_and_options_reach_the_runner()
    {
        PretendRunner runner = new() { AuditFails = true };
        CommandRun run = await CommandRun.Of(runner, CancellationToken.None, "audit", "mnist", "--seconds", "7", "--confidence", "0.9", "--audit-rounds", "0", "--json");
        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("THE PROMISE IS BROKEN", run.Output, StringComparison.Ordinal);
        Assert.Contains("logits.weight: ε ≥ 2", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"passed\":false", run.LastLine, StringComparison.Ordinal);
        Assert.Equal((TimeSpan.FromSeconds(7), 0.9, 0), (runner.AuditOptions!.TimeLimit, runner.AuditOptions.Confidence, runner.AuditOptions.Rounds));
    }

    [Theory]
    [InlineData("--epsilon none", "nothing to audit")]
    [InlineData("--seconds 0", "--seconds")]
    [InlineData("--confidence 1", "--confidence")]
    public async Task Bad_values_are_one_line(string arguments, string expected) =>
        (await CommandRun.Of(["audit", .. arguments.Split(' ')])).AssertRefused(expected);
}
