using System.Text.Json;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Roles;
using FastDPMeta.Testing;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class ShakespeareCommandTests : IDisposable
{
    private const string Shared = "data/shakespeare-roles";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Out => _folder["run"];

    [Theory]
    [InlineData("--learner protonet", "there is no 'protonet'. Choose one of fomaml, maml, reptile, anil, joint")]
    [InlineData("--lot 114", "there are 113 training roles")]
    [InlineData("--support 20 --query 20", "lines of 40 characters need 1601; a role has at least 1000")]
    [InlineData("--delta 0.01", "--delta 0.01 is not below 1 / 113 roles")]
    [InlineData("--epsilon 0", "--epsilon: must be a finite number above 0, or none; got '0'")]
    [InlineData("--hidden 0", "--hidden: must be a whole number of at least 1")]
    [InlineData("--recipe nowhere.json", "--recipe nowhere.json: can't be read")]
    [InlineData("--data nowhere", "the file is missing")]
    public async Task What_makes_no_sense_is_refused_and_leaves_nothing(string arguments, string reason)
    {
        (await CommandRun.Of(["train", "shakespeare", .. arguments.Split(' '), "--out", Out, "--device", "cpu"])).AssertRefused(reason);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Recipes_round_trip_and_refuse_other_tasks_and_names()
    {
        RoleOptions options = new() { Learner = RoleLearner.Anil, Hidden = 7, Epsilon = null, InnerRate = 0.25 };
        Assert.Equal(options, RoleRecipe.Parse(RoleRecipe.Write(options), "here"));
        Assert.Equal(new RoleOptions { Rounds = 3 }, RoleRecipe.Parse("""{ "task": "shakespeare", "about": "short", "rounds": 3 }""", "here"));
        Assert.Throws<CommandException>(() => RoleRecipe.Parse("""{ "task": "omniglot" }""", "here"));
        Assert.Throws<CommandException>(() => RoleRecipe.Parse("""{ "task": "shakespeare", "round": 3 }""", "here"));
    }

    [Fact]
    public void The_checked_in_recipes_are_taken()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastDPMeta.sln")))
        {
            folder = folder.Parent;
        }

        string[] recipes = [.. Directory.GetFiles(Path.Combine(folder!.FullName, "recipes", "shakespeare")).Order(StringComparer.Ordinal)];
        Assert.Equal([null, null, 8.0], recipes.Select(recipe => RoleRecipe.Read(recipe, "--recipe").Epsilon));
    }

    [SkippableFact]
    public async Task A_small_private_run_leaves_its_ledger_and_says_what_so_few_roles_support()
    {
        CommandRun run = await Tiny("train", "--rounds", "3", "--epsilon", "8", "--twin", "true");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        Assert.Equal(1 + 3, File.ReadLines(Path.Combine(Out, "privacy.ledger")).Count());
        Assert.Contains("for adding or removing one role of 113, with all its speeches", run.Output);
        Assert.Contains("113 roles at ε = 8", run.Output);
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        JsonElement[] rows = [.. json.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal(
            ["fomaml, ε = 8, adapted in 1 steps", "fomaml, ε = 8, unadapted", "all roles jointly, no privacy, adapted in 1 steps", "all roles jointly, no privacy, unadapted", "trigrams with back-off", "bigrams with back-off", "unigrams"],
            rows.Select(row => row.GetProperty("name").GetString()));
        Assert.All(rows, row => Assert.InRange(row.GetProperty("bits").GetDouble(), 1, 12));
        Assert.True(json.RootElement.GetProperty("epsilon").GetDouble() <= 8);
    }

    [SkippableFact]
    public async Task A_network_learns_more_than_how_often_characters_occur()
    {
        CommandRun run = await Tiny("train", "--rounds", "60", "--epsilon", "none", "--twin", "false", "--learner", "joint", "--rate", "0.02", "--hidden", "24", "--lot", "8");
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        JsonElement[] rows = [.. json.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.True(
            rows[1].GetProperty("bits").GetDouble() + rows[1].GetProperty("bitsCi95").GetDouble() < rows[^1].GetProperty("bits").GetDouble(),
            $"unadapted {rows[1]} against unigrams {rows[^1]}");
        Assert.Contains("None: this run was not private", run.Output);
    }

    [SkippableFact]
    public async Task Its_frontier_has_bits_per_character_and_the_counts_as_baselines()
    {
        CommandRun run = await Tiny("frontier", "--rounds", "2", "--epsilons", "8,inf", "--keys", "2", "--twin", "false");
        Assert.Equal("", run.Error);
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        Assert.Equal("bits per character", json.RootElement.GetProperty("metric").GetString());
        Assert.Equal(4, json.RootElement.GetProperty("trainings").GetInt32());
        Assert.Contains(json.RootElement.GetProperty("baselines").EnumerateArray(), row => row.GetProperty("name").GetString() == "bigrams with back-off");
        Assert.Contains("for adding or removing one role of 113", run.Output);
    }

    private async Task<CommandRun> Tiny(string command, params string[] arguments)
    {
        Skip.IfNot(SharedFolder.TryFind(Shared, out string data), SharedFolder.Missing(Shared));
        string[] few = ["--window", "20", "--support", "4", "--query", "6", "--adapt-steps", "1", "--draws", "2", "--device", "cpu", "--threads", "1", "--data", data, "--out", Out, "--json"];
        string[] small = arguments.Contains("--hidden") ? [] : ["--hidden", "8", "--lot", "4"];
        return await CommandRun.Of([command, "shakespeare", .. few, .. small, .. arguments]);
    }
}
