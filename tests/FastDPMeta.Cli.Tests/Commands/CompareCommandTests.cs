using System.Text.Json;
using SkiaSharp;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class CompareCommandTests
{
    private static readonly string[] Run = ["compare", "--rate", "0.01", "--noise", "1", "--steps", "2000", "--delta", "1e-5"];

    [Fact]
    public async Task Upper_bounds_lie_above_the_certified_interval_and_the_estimate_below()
    {
        CommandRun run = await CommandRun.Of([.. Run, "--json"]);
        JsonElement root = JsonDocument.Parse(run.LastLine).RootElement;
        Dictionary<string, double> epsilon = root.GetProperty("accountants").EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty("epsilon").GetDouble());
        double upper = epsilon["certified, from above"];
        Assert.True(epsilon["certified, from below"] <= upper && upper <= epsilon["certified, from below"] * 1.001);
        Assert.True(upper < epsilon["Rényi, any order (the ledger's)"]);
        Assert.True(epsilon["Rényi, any order (the ledger's)"] <= epsilon["Rényi, fixed orders"]);
        Assert.True(epsilon["Rényi, fixed orders"] < epsilon["Rényi, fixed orders, Mironov 2017"]);
        Assert.True(epsilon["Gaussian limit (GDP)"] < epsilon["certified, from below"]);
        JsonElement[] curve = [.. root.GetProperty("curve").EnumerateArray()];
        Assert.Equal((1, 2000), (curve[0].GetProperty("steps").GetInt32(), curve[^1].GetProperty("steps").GetInt32()));
        Assert.All(curve.Zip(curve.Skip(1)), pair => Assert.True(pair.First.GetProperty("upper").GetDouble() <= pair.Second.GetProperty("upper").GetDouble()));
    }

    [Fact]
    public async Task People_get_a_table_and_a_picture()
    {
        using TemporaryFolder folder = new();
        string file = folder["epsilon.png"];
        CommandRun run = await CommandRun.Of([.. Run, "--plot", file]);
        Assert.Equal("", run.Error);
        Assert.Contains("ESTIMATE, understates", run.Output, StringComparison.Ordinal);
        Assert.Contains("█", run.Output, StringComparison.Ordinal);
        using SKBitmap picture = SKBitmap.Decode(file);
        Assert.Equal(900, picture.Width);
        Assert.Contains(SKColor.Parse("#0072B2"), picture.Pixels);
        Assert.Contains(SKColor.Parse("#E69F00"), picture.Pixels);
    }

    [Fact]
    public async Task Other_sampling_has_no_limit_theorem_and_its_own_relation()
    {
        CommandRun run = await CommandRun.Of("compare", "--sampling", "fixed", "--population", "1000", "--lot", "10", "--noise", "2", "--steps", "20", "--delta", "1e-6", "--json");
        Assert.Equal("", run.Error);
        Assert.DoesNotContain("GDP", run.LastLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rate 0.1 --steps 10 --delta 1e-5", "--noise is missing")]
    [InlineData("--noise 1 --delta 1e-5", "--steps is missing")]
    [InlineData("--noise 1 --steps 5", "--delta is missing")]
    [InlineData("--noise NaN --steps 5 --delta 1e-5", "--noise")]
    [InlineData("--noise 1 --steps 5 --delta 1e-5 --plot /no/such/folder/x.png", "cannot be written")]
    public async Task Bad_values_are_one_line(string arguments, string expected) => (await CommandRun.Of(["compare", .. arguments.Split(' ')])).AssertRefused(expected);
}
