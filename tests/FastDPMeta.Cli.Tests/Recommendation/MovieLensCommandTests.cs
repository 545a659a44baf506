using System.Text.Json;
using FastDPMeta.Cli.Recommendation;
using FastDPMeta.Cli.Tests.Commands;

namespace FastDPMeta.Cli.Tests.Recommendation;

public sealed class MovieLensCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_private_run_prints_every_row_and_spends_its_budget_in_one_ledger()
    {
        WriteData();
        CommandRun run = await Run("--epsilon", "8", "--rounds", "3", "--draws", "2", "--json");
        Assert.Equal(0, run.Code);
        JsonElement answer = JsonDocument.Parse(run.LastLine).RootElement;
        JsonElement[] rows = [.. answer.GetProperty("rows").EnumerateArray()];
        Assert.Equal(
            ["bias model, no privacy", "head over public features, ε = 8", "embeddings and offsets by gradients, ε = 8", "head over public features, no privacy", "head over embeddings too, no privacy"],
            rows.Select(row => row.GetProperty("name").GetString()));
        Assert.All(rows, row => Assert.Equal([0, 1, 5, 10], row.GetProperty("scores").EnumerateArray().Select(score => score.GetProperty("known").GetInt32())));
        Assert.All(rows, row => Assert.All(row.GetProperty("scores").EnumerateArray(), score => Assert.InRange(score.GetProperty("rmse").GetDouble(), 0.01, 4.5)));
        Assert.InRange(answer.GetProperty("epsilon").GetDouble(), 8 * (1 - 1e-5), 8);
        Assert.Equal(49, rows[1].GetProperty("parameters").GetInt32()); // 24 means, 24 variances, one noise

        // The ledger holds the offsets' release and every round, and the library's own reader adds them up to the same.
        string[] ledger = File.ReadAllLines(Path.Combine(_folder["run"], "privacy.ledger"));
        Assert.Equal(1 + 1 + 3, ledger.Length);
        Assert.True(File.Exists(Path.Combine(_folder["run"], "model.safetensors")));
        JsonElement report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder["run"], "report.json"))).RootElement;
        Assert.Contains("with all that the person ever rated", report.GetProperty("guarantee").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, report.GetProperty("options").GetProperty("rounds").GetInt32());
    }

    [Fact]
    public async Task A_run_without_privacy_has_no_epsilon_no_ledger_and_says_so()
    {
        WriteData();
        CommandRun run = await Run("--epsilon", "none", "--rounds", "2", "--draws", "1", "--json");
        JsonElement answer = JsonDocument.Parse(run.LastLine).RootElement;
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("epsilon").ValueKind);
        Assert.Equal(2, answer.GetProperty("rows").GetArrayLength());
        Assert.Contains("this run was not private", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder["run"], "privacy.ledger")));
    }

    [Fact]
    public async Task The_checked_in_recipes_are_what_the_command_does_by_itself()
    {
        foreach ((string name, RecommendOptions defaults) in ((string, RecommendOptions)[])
            [
                ("ratings-private", RecommendDefaults.Private), ("ratings", RecommendDefaults.WithoutPrivacy), ("choices-private", RecommendDefaults.PrivateChoices),
                ("choices", RecommendDefaults.ChoicesWithoutPrivacy),
            ])
        {
            Assert.Equal(defaults, RecommendOptions.Recipe.Read(Path.Combine(Recipes(), $"{name}.json")));
        }

        File.WriteAllText(_folder["written.json"], RecommendOptions.Recipe.Write(RecommendDefaults.Private with { Rounds = 7 }));
        Assert.Equal(RecommendDefaults.Private with { Rounds = 7 }, RecommendOptions.Recipe.Read(_folder["written.json"]));
        WriteData();
        CommandRun run = await Run("--recipe", _folder["written.json"], "--rounds", "2", "--draws", "1", "--twin", "false", "--json");
        Assert.Equal(2, JsonDocument.Parse(run.LastLine).RootElement.GetProperty("rows").GetArrayLength());
        Assert.Equal(2, JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder["run"], "report.json"))).RootElement.GetProperty("options").GetProperty("rounds").GetInt32());
    }

    [Fact]
    public async Task Choices_are_ranked_beside_popularity()
    {
        WriteData(movies: 200);
        CommandRun run = await Run("--goal", "choices", "--rounds", "2", "--draws", "2", "--json");
        Assert.Equal(0, run.Code);
        JsonElement answer = JsonDocument.Parse(run.LastLine).RootElement;
        Assert.Equal("choices", answer.GetProperty("goal").GetString());
        JsonElement[] rows = [.. answer.GetProperty("rows").EnumerateArray()];
        Assert.Equal("popularity, no privacy", rows[0].GetProperty("name").GetString());
        Assert.All(rows, row => Assert.All(row.GetProperty("scores").EnumerateArray(), score =>
        {
            Assert.InRange(score.GetProperty("hitRate").GetDouble(), 0, 1);
            Assert.InRange(score.GetProperty("ndcg").GetDouble(), 0, score.GetProperty("hitRate").GetDouble());
        }));
        (await Run("--goal", "likes")).AssertRefused("--goal: there is no 'likes'");
    }

    [Theory]
    [InlineData("""{ "task": "omniglot" }""", "its task is not movielens")]
    [InlineData("""{ "task": "movielens", "shots": 3 }""", "shots")]
    [InlineData("""{ "task": "movielens", "rate": -1, "clip": 0 }""", "rate must be finite and above 0; got -1. clip must be finite and above 0; got 0.")]
    [InlineData("[]", "it is no object")]
    public async Task A_recipe_that_is_none_is_one_line(string recipe, string expected)
    {
        File.WriteAllText(_folder["bad.json"], recipe);
        (await Run("--recipe", _folder["bad.json"])).AssertRefused(expected);
    }

    [Theory]
    [InlineData("--epsilon -1", "--epsilon: must be a finite number above 0, or none; got '-1'")]
    [InlineData("--data nowhere", "there is no such folder")]
    [InlineData("--offset-share 1.5", "--offset-share")]
    public async Task Bad_values_are_one_line(string arguments, string expected) => (await Run(arguments.Split(' '))).AssertRefused(expected);

    private Task<CommandRun> Run(params string[] arguments) => CommandRun.Of(
        ["train", "movielens", "--device", "cpu", "--threads", "1", "--out", _folder["run"], .. arguments.Contains("--data") ? [] : (string[])["--data", _folder["data"]], .. arguments]);

    /// <summary>The folder <c>recipes/movielens</c> of the checkout.</summary>
    private static string Recipes()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastDPMeta.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "recipes", "movielens");
    }

    /// <summary>Forty people of 30 ratings each, or of 15 where there are few movies.</summary>
    private void WriteData(int movies = 20)
    {
        Directory.CreateDirectory(_folder["data"]);
        File.WriteAllText(
            Path.Combine(_folder["data"], "movies.csv"),
            "movieId,title,genres\n" + string.Concat(Enumerable.Range(1, movies).Select(movie => $"{movie},Movie {movie} ({1980 + movie}),{(movie % 2 == 0 ? "Comedy" : "Drama|War")}\n")));
        File.WriteAllText(
            Path.Combine(_folder["data"], "ratings.csv"),
            "userId,movieId,rating,timestamp\n" + string.Concat(Enumerable.Range(1, 40).SelectMany(person => Enumerable.Range(0, movies > 20 ? 30 : 15).Select(i =>
                $"{person},{1 + (((person * 3) + i) % movies)},{(movies > 20 ? 2.5 : 0.5) + (((person * 5) + (i * 7)) % (movies > 20 ? 6 : 10) * 0.5):0.0},0\n"))));
    }
}
