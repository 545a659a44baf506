using System.Text.Json;
using FastDPMeta.Cli.Tests.Training;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class RecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Out => _folder["run"];

    private string Recipe => _folder["recipe.json"];

    /// <summary>The recipes of <c>train</c>; those of its commands for other data have other options and tests of their own.</summary>
    public static TheoryData<string> CheckedIn() =>
        [.. Directory.GetFiles(RecipesFolder(), "*.json").Where(IsOfTrain).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_recipe_gives_the_options_and_the_command_line_goes_before()
    {
        TrainingOptions options = await Options(
            """{ "about": "for people", "task": "omniglot", "learner": "maml", "network": "mlp", "inner-rate": 0.25, "epsilon": "none", "rounds": 7, "center": true }""",
            "--inner-rate", "0.5", "--seed", "9");
        Assert.Equal((TaskFamily.Omniglot, LearnerKind.Maml, NetworkKind.Mlp, true, 7), (options.Task, options.Learner, options.Network, options.Center, options.Rounds));
        Assert.Equal((0.5, null, 9UL), (options.InnerRate, options.Epsilon, options.Seed));
    }

    [Fact]
    public async Task A_task_on_the_command_line_goes_before_that_of_the_recipe() =>
        Assert.Equal(TaskFamily.Sinusoid, (await Options("""{ "task": "omniglot", "learner": "maml", "rounds": 2 }""", "sinusoid")).Task);

    [Fact]
    public async Task Rounds_on_the_command_line_replace_the_epochs_of_a_recipe() =>
        Assert.Equal(3, (await Options("""{ "task": "sinusoid", "epochs": 2 }""", "--rounds", "3")).Rounds);

    [Fact]
    public async Task The_recipe_that_a_run_keeps_gives_the_same_run()
    {
        PretendRunner first = new();
        string[] arguments =
        [
            "train", "omniglot", "--learner", "protonet", "--train-way", "20", "--train-query", "2", "--filters", "24", "--widen", "--center", "--optimizer", "sgd",
            "--measure-on", "validation", "--measured", "50", "--looks", "3", "--epsilon", "none", "--sampling", "cyclic", "--population", "64", "--rounds", "4", "--seed", "5",
        ];
        Assert.Equal(0, (await CommandRun.Of(first, CancellationToken.None, [.. arguments, "--out", Out])).Code);
        PretendRunner second = new();
        Assert.Equal(0, (await CommandRun.Of(second, CancellationToken.None, "train", "--recipe", Path.Combine(Out, "recipe.json"), "--out", _folder["again"])).Code);
        Assert.Equal(first.Options, second.Options);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Out, "recipe.json")), await File.ReadAllTextAsync(_folder["again/recipe.json"]));
    }

    [Theory]
    [InlineData("""{ "inner-rat": 1, "magic": 2, "rounds": 3 }""", "there is no option 'inner-rat', 'magic'. Use the names of")]
    [InlineData("""{ "out": "elsewhere" }""", "there is no option 'out'")]
    [InlineData("""{ "rounds": [3] }""", "'rounds' must be a number, a text, true or false")]
    [InlineData("""{ "rounds": null }""", "'rounds' must be a number, a text, true or false")]
    [InlineData("""{ "rounds": 0 }""", "--rounds: must be a whole number of at least 1; got '0'")]
    [InlineData("""{ "task": "faces" }""", "there is no 'faces'")]
    [InlineData("""{ "task": "sinusoid", "learner": "protonet" }""", "protonet needs classes")]
    [InlineData("""[ 3 ]""", "can't be read (it is no object)")]
    [InlineData("""{ "rounds": 3""", "can't be read")]
    [InlineData("""{ "rounds": 3, "rounds": 4 }""", "can't be read")]
    public async Task A_bad_recipe_is_one_line_that_names_what_is_wrong(string recipe, string expected)
    {
        await File.WriteAllTextAsync(Recipe, recipe);
        CommandRun run = await CommandRun.Of("train", "--recipe", Recipe, "--out", Out);
        run.AssertRefused(expected);
        Assert.Equal(2, run.Code);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task A_recipe_that_is_not_there_and_one_beside_resume_are_refused()
    {
        (await CommandRun.Of("train", "--recipe", _folder["nowhere.json"], "--out", Out)).AssertRefused("--recipe", "can't be read");
        await File.WriteAllTextAsync(Recipe, "{}");
        (await CommandRun.Of("train", "--recipe", Recipe, "--resume", "--out", Out)).AssertRefused("Leave out --recipe");
    }

    [Theory]
    [MemberData(nameof(CheckedIn))]
    public async Task Every_recipe_of_this_repository_is_taken(string name)
    {
        PretendRunner runner = new();
        CommandRun run = await CommandRun.Of(runner, CancellationToken.None, "train", "--recipe", Path.Combine(RecipesFolder(), name), "--rounds", "2", "--sampling", "poisson", "--out", Out);
        Assert.Equal("", run.Error);
        Assert.NotNull(runner.Options);
        Assert.Contains(name, await File.ReadAllTextAsync(Path.Combine(RecipesFolder(), "README.md")), StringComparison.Ordinal);
    }

    private static bool IsOfTrain(string path)
    {
        using JsonDocument recipe = JsonDocument.Parse(File.ReadAllBytes(path));
        return Enum.TryParse<TaskFamily>(recipe.RootElement.GetProperty("task").GetString(), ignoreCase: true, out _);
    }

    private static string RecipesFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastDPMeta.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "recipes");
    }

    private async Task<TrainingOptions> Options(string recipe, params string[] arguments)
    {
        await File.WriteAllTextAsync(Recipe, recipe);
        PretendRunner runner = new();
        CommandRun run = await CommandRun.Of(runner, CancellationToken.None, ["train", .. arguments, "--recipe", Recipe, "--out", Out]);
        Assert.Equal("", run.Error);
        return runner.Options!;
    }
}
