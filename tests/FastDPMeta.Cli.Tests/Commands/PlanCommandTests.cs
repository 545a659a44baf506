using System.Text.Json;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class PlanCommandTests
{
    private static readonly string[] Asked = ["plan", "--users", "400", "--epsilon", "8", "--parameters", "112000", "--delta", "1e-5"];

    [Fact]
    public async Task The_answer_has_the_noise_the_ratios_and_the_advice()
    {
        CommandRun run = await CommandRun.Of([.. Asked, "--json"]);
        JsonElement answer = JsonDocument.Parse(run.LastLine).RootElement;
        double noise = answer.GetProperty("noiseMultiplier").GetDouble();
        JsonElement full = answer.GetProperty("options")[0];
        Assert.Equal("full", full.GetProperty("kind").GetString());
        Assert.Equal(noise * Math.Sqrt(112_000) / 400, full.GetProperty("noiseLength").GetDouble(), 10);
        Assert.Equal(0.1 * Math.Sqrt(50) / full.GetProperty("noiseLength").GetDouble(), full.GetProperty("runSignalToNoise").GetDouble(), 10);
        Assert.Equal("drowns", full.GetProperty("verdict").GetString());
        Assert.Equal("head", answer.GetProperty("recommended").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("options")[5].GetProperty("runSignalToNoise").ValueKind); // nothing learned has no noise

        // The same noise as every other command gives for this plan.
        CommandRun account = await CommandRun.Of("account", "--rate", "1", "--steps", "50", "--epsilon", "8", "--delta", "1e-5", "--json");
        Assert.Equal(JsonDocument.Parse(account.LastLine).RootElement.GetProperty("noiseMultiplier").GetDouble(), noise, noise * 1e-6);
    }

    [Fact]
    public async Task People_get_a_table_and_a_sentence()
    {
        CommandRun run = await CommandRun.Of(Asked);
        Assert.Equal(0, run.Code);
        Assert.All((string[])["low-rank", "film", "drowns", "carries", "400 people at ε = 8 support about"], part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--epsilon 8 --parameters 10", "plan: --users is missing")]
    [InlineData("--users 400 --parameters 10", "plan: --epsilon is missing")]
    [InlineData("--users 400 --epsilon 8", "plan: --parameters is missing")]
    [InlineData("--users 400 --epsilon 8 --parameters 10 --lot 500", "Lot must lie between 1 and the users")]
    [InlineData("--users 400 --epsilon 8 --parameters 10 --delta 0.01", "Delta must be below 1 / users")]
    [InlineData("--users 400 --epsilon 0 --parameters 10", "--epsilon")]
    public async Task Bad_values_are_one_line(string arguments, string expected) => (await CommandRun.Of(["plan", .. arguments.Split(' ')])).AssertRefused(expected);
}
