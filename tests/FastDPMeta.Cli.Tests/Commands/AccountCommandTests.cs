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
