using System.Text.Json;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class AccountCommandTests
{
    /// <summary>Without sampling, composition of Gaussians is a Gaussian with σ / √steps: two ways to the same cost.</summary>
    [Fact]
    public async Task Epsilon_follows_the_composition_of_gaussians()
    {
        double four = await Field("epsilon", "--noise", "2", "--steps", "4", "--delta", "1e-5");
        double one = await Field("epsilon", "--noise", "1", "--steps", "1", "--delta", "1e-5");
        Assert.Equal(one, four, 1e-6 * one);
    }

    [Fact]
    public async Task Calibrated_noise_keeps_the_budget_and_slightly_less_does_not()
    {
        string[] run = ["--rate", "0.01", "--steps", "1000", "--delta", "1e-6"];
        double noise = await Field("noiseMultiplier", [.. run, "--epsilon", "3"]);
        Assert.True(await Field("epsilon", [.. run, "--noise", $"{noise:R}"]) <= 3.0);
        Assert.True(await Field("epsilon", [.. run, "--noise", $"{noise * 0.999:R}"]) > 3.0);
    }

    [Fact]
    public async Task Calibrated_rounds_are_the_most_that_keep_the_budget()
    {
        string[] run = ["--rate", "0.01", "--noise", "1.1", "--delta", "1e-6"];
        int rounds = (int)await Field("steps", [.. run, "--epsilon", "3"]);
        Assert.True(await Field("epsilon", [.. run, "--steps", $"{rounds}"]) <= 3.0);
        Assert.True(await Field("epsilon", [.. run, "--steps", $"{rounds + 1}"]) > 3.0);
    }

    [Theory]
    [InlineData("poisson", "AddOrRemoveOne")]
    [InlineData("truncated --largest-lot 90", "AddOrRemoveOne")]
    [InlineData("fixed", "ReplaceOne")]
    [InlineData("cyclic", "ReplaceWithNothing")]
    public async Task Every_sampling_is_calibrated_under_its_own_relation(string sampling, string relation)
    {
        string[] run = ["--sampling", .. sampling.Split(' '), "--population", "1000", "--lot", "40", "--delta", "1e-6"];
        double noise = await Field("noiseMultiplier", [.. run, "--steps", "50", "--epsilon", "3"]);
        Assert.InRange(await Field("epsilon", [.. run, "--steps", "50", "--noise", $"{noise:R}"]), 2.999, 3);
        Assert.True(await Field("steps", [.. run, "--noise", $"{noise:R}", "--epsilon", "3"]) >= 50);
        CommandRun answer = await CommandRun.Of(["account", .. run, "--steps", "50", "--noise", "2", "--json"]);
        Assert.Contains($"\"neighbours\":\"{relation}\"", answer.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Population_and_lot_are_a_rate() => Assert.Equal(
        await Field("epsilon", "--rate", "0.04", "--noise", "1", "--steps", "10", "--delta", "1e-6"),
        await Field("epsilon", "--population", "1000", "--lot", "40", "--noise", "1", "--steps", "10", "--delta", "1e-6"));

    [Theory]
    [InlineData("--sampling shuffled --population 10 --lot 1 --noise 1 --steps 1 --delta 1e-6", "poisson, truncated, fixed or cyclic")]
    [InlineData("--sampling fixed --noise 1 --steps 1 --delta 1e-6", "needs --population and --lot")]
    [InlineData("--sampling fixed --rate 0.1 --population 10 --lot 1 --noise 1 --steps 1 --delta 1e-6", "--rate")]
    [InlineData("--sampling fixed --population 10 --lot 11 --noise 1 --steps 1 --delta 1e-6", "lot")]
    [InlineData("--sampling truncated --population 10 --lot 2 --noise 1 --steps 1 --delta 1e-6", "needs --largest-lot")]
    [InlineData("--sampling cyclic --largest-lot 9 --population 10 --lot 2 --noise 1 --steps 1 --delta 1e-6", "truncated only")]
    [InlineData("--rate 2 --noise 1 --steps 1 --delta 1e-6", "--rate: must be a number above 0 and at most 1; got '2'")]
    [InlineData("--rate 0 --noise 1 --steps 1 --delta 1e-6", "--rate")]
    [InlineData("--noise 0 --steps 1 --delta 1e-6", "--noise")]
    [InlineData("--noise 1 --steps 0 --delta 1e-6", "--steps")]
    [InlineData("--noise 1 --steps 1 --delta 2", "--delta")]
    [InlineData("--noise 1 --steps 1", "--delta is missing")]
    [InlineData("--noise 1 --delta 1e-6", "exactly two")]
    [InlineData("--noise 1 --steps 1 --epsilon 1 --delta 1e-6", "exactly two")]
    public async Task Bad_values_are_one_line(string arguments, string expected) =>
        (await CommandRun.Of(["account", .. arguments.Split(' ')])).AssertRefused(expected);

    private static async Task<double> Field(string field, params string[] arguments)
    {
        CommandRun run = await CommandRun.Of(["account", .. arguments, "--json"]);
        Assert.Equal("", run.Error);
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        return json.RootElement.GetProperty(field).GetDouble();
    }
}
