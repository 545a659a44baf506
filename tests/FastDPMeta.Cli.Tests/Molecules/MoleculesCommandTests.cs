using System.Text.Json;
using FastDPMeta.Cli.Tests.Commands;
using FastDPMeta.Testing;

namespace FastDPMeta.Cli.Tests.Molecules;

public sealed class MoleculesCommandTests
{
    private const string Data = "data/molecules";

    private static readonly string[] Small =
        ["train", "molecules", "--collection", "sider", "--width", "8", "--rounds", "3", "--lot", "64", "--supports", "2", "--device", "cpu", "--threads", "1"];

    [SkippableTheory]
    [InlineData("compound")]
    [InlineData("assay")]
    public async Task A_run_measures_baselines_and_every_budget_and_leaves_ledgers_and_a_frontier(string unit)
    {
        Skip.IfNot(SharedFolder.TryFind(Data, out string data), SharedFolder.Missing(Data));
        using TemporaryFolder folder = new();
        string[] budgets = ["--unit", unit, "--epsilon", "2,8,none", "--delta", "1e-3", "--query", "5", "--optimizer", "sgd"];
        CommandRun run = await CommandRun.Of([.. Small, .. budgets, "--data", data, "--out", folder["run"], "--json"]);
        Assert.Equal("", run.Error);
        JsonElement result = JsonDocument.Parse(run.LastLine).RootElement;
        string[] names = ["Tanimoto neighbour", "random forest", "untrained embedding", "learned, ε = 2", "learned, ε = 8", "learned"];
        Assert.Equal(names, result.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("rankedBy").GetString()));
        Assert.All(result.GetProperty("rows").EnumerateArray(), row => Assert.InRange(row.GetProperty("auc").GetProperty("mean").GetDouble(), 0.4, 0.7));
        Assert.Equal(6, result.GetProperty("measuredAssays").GetInt32());
        double[] spent = [.. result.GetProperty("trainings").EnumerateArray().Take(2).Select(training => training.GetProperty("epsilon").GetDouble())];
        Assert.InRange(spent[0], 1.9, 2);
        Assert.InRange(spent[1], 7.6, 8);
        Assert.Contains($"one {unit}", run.Output, StringComparison.Ordinal);
        string[] files = [.. Directory.GetFiles(folder["run"]).Select(file => Path.GetFileName(file)!)];
        Assert.Superset(
            new HashSet<string> { "recipe.json", "report.json", "frontier.png", "privacy-2-1.ledger", "privacy-8-1.ledger", "model-none-1.safetensors", "model-2-1.safetensors" },
            files.ToHashSet());
    }

    [SkippableFact]
    public async Task The_recipe_of_a_run_without_privacy_gives_the_run_again()
    {
        Skip.IfNot(SharedFolder.TryFind(Data, out string data), SharedFolder.Missing(Data));
        using TemporaryFolder folder = new();
        CommandRun first = await CommandRun.Of([.. Small, "--seed", "5", "--sizes", "5/10,10/10", "--data", data, "--out", folder["first"], "--json"]);
        CommandRun second = await CommandRun.Of("train", "molecules", "--recipe", Path.Combine(folder["first"], "recipe.json"), "--device", "cpu", "--threads", "1", "--data", data, "--out", folder["second"], "--json");
        Assert.Equal("", second.Error);
        Assert.Equal(Rows(first, keepTrained: false), Rows(second, keepTrained: false));
        Assert.Equal(8, JsonDocument.Parse(second.LastLine).RootElement.GetProperty("rows").GetArrayLength());
    }

    [Theory]
    [InlineData("--lot none", "--lot: must be a whole number of at least 1; got 'none'")]
    [InlineData("--sizes 10+10", "--sizes: '10+10' is no number of actives")]
    [InlineData("--collection muv", "--collection: there is no 'muv'. Choose one of toxcast, tox21, sider")]
    [InlineData("--epsilon 3,-1", "--epsilon: must be a finite number above 0")]
    [InlineData("--epsilon 3,3", "--epsilon: a budget stands twice")]
    [InlineData("--unit assay --head profile", "--head profile")]
    [InlineData("--resume", "--resume and --witness")]
    [InlineData("--recipe nowhere.json", "nowhere.json: can't be read")]
    public async Task Wrong_use_is_refused_in_one_line(string words, string problem)
    {
        CommandRun run = await CommandRun.Of(["train", "molecules", .. words.Split(' ')]);
        run.AssertRefused(problem);
    }

    [Theory]
    [InlineData("""{ "task": "omniglot" }""", "its task is omniglot")]
    [InlineData("""{ "filters": 3 }""", "there is no option 'filters'")]
    [InlineData("""{ "sizes": ["10/10"] }""", "sizes must be a number or a text")]
    [InlineData("[1]", "can't be read")]
    public async Task A_recipe_of_something_else_is_refused(string recipe, string problem)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["recipe.json"], recipe);
        (await CommandRun.Of("train", "molecules", "--recipe", folder["recipe.json"])).AssertRefused(problem);
    }

    [Fact]
    public async Task Without_data_it_is_said_what_to_give()
    {
        using TemporaryFolder folder = new();
        (await CommandRun.Of("train", "molecules", "--data", folder.Path, "--out", folder["run"])).AssertRefused("toxcast", "give --data the folder");
    }

    /// <summary>Baselines and the untrained embedding, which no draw of the operating system enters.</summary>
    private static string[] Rows(CommandRun run, bool keepTrained) =>
    [
        .. JsonDocument.Parse(run.LastLine).RootElement.GetProperty("rows").EnumerateArray()
            .Where(row => keepTrained || !row.GetProperty("rankedBy").GetString()!.StartsWith("learned", StringComparison.Ordinal)).Select(row => row.GetRawText()),
    ];
}
