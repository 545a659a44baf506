using System.Text.Json;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class CalibrateCommandTests
{
    [Fact]
    public async Task Each_number_follows_from_the_others()
    {
        JsonElement noise = await Answer("--rate", "0.01", "--steps", "1000", "--epsilon", "1", "--delta", "1e-5");
        Assert.Equal("noiseMultiplier", noise.GetProperty("answer").GetString());
        Assert.Equal(1.4146194065688178, noise.GetProperty("noiseMultiplier").GetDouble(), 1e-6);
        Assert.InRange(noise.GetProperty("upper").GetDouble(), 1 - 1e-6, 1);

        JsonElement steps = await Answer("--rate", "0.01", "--noise", "1", "--epsilon", "2", "--delta", "1e-5");
        Assert.Equal(1202, steps.GetProperty("steps").GetInt64());

        JsonElement rate = await Answer("--noise", "1", "--steps", "1000", "--epsilon", "1", "--delta", "1e-5");
        Assert.Equal(0.0057244197454379584, rate.GetProperty("rate").GetDouble(), 1e-8);

        JsonElement epsilon = await Answer("--rate", "0.01", "--noise", "1", "--steps", "10000", "--delta", "1e-5");
        Assert.InRange(epsilon.GetProperty("upper").GetDouble(), 6.1877123, 6.1887);

        JsonElement delta = await Answer("--rate", "1", "--noise", "1", "--steps", "1", "--epsilon", "1");
        Assert.Equal(0.12693673750664394, delta.GetProperty("delta").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData("truncated --largest-lot 90")]
    [InlineData("fixed")]
    [InlineData("cyclic")]
    public async Task Every_sampling_is_calibrated_within_the_target_and_with_no_more_noise_than_the_ledger_needs(string sampling)
    {
        string[] run = ["--sampling", .. sampling.Split(' '), "--population", "1000", "--lot", "40", "--delta", "1e-6", "--steps", "50", "--epsilon", "3"];
        JsonElement answer = await Answer(run);
        Assert.InRange(answer.GetProperty("upper").GetDouble(), 2.99, 3);
        CommandRun ledger = await CommandRun.Of(["account", .. run, "--json"]);
        Assert.True(answer.GetProperty("noiseMultiplier").GetDouble() <= JsonDocument.Parse(ledger.LastLine).RootElement.GetProperty("noiseMultiplier").GetDouble() * (1 + 1e-8));
    }

    [Theory]
    [InlineData("--rate 0.01 --steps 10 --epsilon 1", "exactly one")]
    [InlineData("--rate 0.01 --steps 10 --epsilon 1 --delta 1e-5 --noise 1", "exactly one")]
    [InlineData("--rate 0 --steps 10 --epsilon 1 --delta 1e-5", "--rate")]
    [InlineData("--rate 0.1 --steps 10 --epsilon NaN --delta 1e-5", "--epsilon")]
    [InlineData("--rate 0.1 --steps 10 --epsilon 1 --delta 1", "--delta")]
    [InlineData("--sampling fixed --steps 10 --epsilon 1 --delta 1e-5", "calibrate: --sampling fixed needs --population and --lot")]
    public async Task Bad_values_are_one_line(string arguments, string expected) =>
        (await CommandRun.Of(["calibrate", .. arguments.Split(' ')])).AssertRefused(expected);

    [Fact]
    public async Task People_get_a_sentence_whose_number_keeps_the_budget()
    {
        CommandRun run = await CommandRun.Of("calibrate", "--rate", "0.01", "--steps", "1000", "--epsilon", "1", "--delta", "1e-5");
        Assert.Contains("σ ≥ 1.41462", run.Output, StringComparison.Ordinal);
        CommandRun none = await CommandRun.Of("calibrate", "--rate", "1", "--noise", "0.1", "--epsilon", "1", "--delta", "1e-5");
        Assert.Contains("Not even one round", none.Output, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Answer(params string[] arguments)
    {
        CommandRun run = await CommandRun.Of(["calibrate", .. arguments, "--json"]);
        Assert.Equal("", run.Error);
        return JsonDocument.Parse(run.LastLine).RootElement.Clone();
    }
}
