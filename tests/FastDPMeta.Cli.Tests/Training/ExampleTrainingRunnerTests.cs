using System.Text.Json;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Tests.Commands;
using FastDPMeta.Testing;

namespace FastDPMeta.Cli.Tests.Training;

/// <summary>The real <c>train mnist</c>, a few rounds long.</summary>
public sealed class ExampleTrainingRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_short_run_leaves_its_files_stays_in_its_budget_and_goes_on()
    {
        Skip.IfNot(SharedFolder.TryFind("data/mnist", out string data), SharedFolder.Missing("data/mnist"));
        string folder = _folder["run"];
        CommandRun run = await Run(
            "train", "mnist", "--rounds", "4", "--lot", "32", "--filters", "2", "--clipping", "adaptive", "--epsilon", "1", "--data", data, "--device", "cpu", "--out", folder, "--json");
        Assert.Equal(("", 0), (run.Error, run.Code));
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        Assert.Equal("accuracy", json.RootElement.GetProperty("metric").GetString());
        Assert.Equal(("mnist", "sgd", "example", "adaptive"), (Text(json, "task"), Text(json, "learner"), Text(json, "unit"), Text(json, "clipping")));
        Assert.InRange(json.RootElement.GetProperty("after").GetDouble(), 0, 1);
        Assert.InRange(json.RootElement.GetProperty("epsilon").GetDouble(), 0, 1);
        Assert.Equal(4, json.RootElement.GetProperty("rounds").GetInt32());
        string[] names = [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(["checkpoint.safetensors", "model.safetensors", "options.json", "privacy.ledger", "recipe.json", "report.json", "rounds.png"], names);
        Assert.Contains("10000 test examples", run.Output, StringComparison.Ordinal);
        Assert.Contains("A writer gave many digits", run.Output, StringComparison.Ordinal);

        // All rounds are done: going on does none, and spends nothing.
        CommandRun again = await Run("train", "--resume", "--data", data, "--device", "cpu", "--out", folder, "--json");
        using JsonDocument same = JsonDocument.Parse(again.LastLine);
        Assert.Equal(Text(json, "epsilon"), Text(same, "epsilon"));
        Assert.Equal(Text(json, "after"), Text(same, "after"));
    }

    [SkippableTheory]
    [InlineData("poisson", true, 3)]
    [InlineData("tree", false, 4)]
    [InlineData("banded", false, 4)]
    public async Task Exact_noise_and_shared_noise_train_in_their_budget(string sampling, bool secure, int rounds)
    {
        Skip.IfNot(SharedFolder.TryFind("data/mnist", out string data), SharedFolder.Missing("data/mnist"));
        string[] options = ["train", "mnist", "--rounds", "3", "--population", "64", "--lot", "32", "--filters", "2", "--epsilon", "1", "--delta", "1e-6", "--sampling", sampling, "--data", data, "--device", "cpu", "--out", _folder["run"], "--json"];
        CommandRun run = await Run(secure ? [.. options, "--secure-noise"] : options);
        Assert.Equal(("", 0), (run.Error, run.Code));
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        Assert.InRange(json.RootElement.GetProperty("epsilon").GetDouble(), 0.99, 1);
        Assert.Equal(rounds, json.RootElement.GetProperty("rounds").GetInt32()); // whole epochs of two batches
        Assert.Equal((sampling, secure), (Text(json, "sampling"), json.RootElement.GetProperty("secureNoise").GetBoolean()));

        // All rounds are done: going on does none, whatever the noise.
        CommandRun again = await Run("train", "--resume", "--data", data, "--device", "cpu", "--out", _folder["run"], "--json");
        Assert.Equal(("", 0), (again.Error, again.Code));
    }

    [SkippableFact]
    public async Task By_the_certified_account_the_same_budget_takes_less_noise_and_a_resumed_run_has_spent_the_same()
    {
        Skip.IfNot(SharedFolder.TryFind("data/mnist", out string data), SharedFolder.Missing("data/mnist"));
        double[] noise = new double[2];
        foreach ((string accountant, int index) in new[] { ("rdp", 0), ("certified", 1) })
        {
            string folder = _folder[accountant];
            CommandRun run = await Run(
                "train", "mnist", "--rounds", "3", "--population", "640", "--lot", "32", "--filters", "2", "--epsilon", "1", "--delta", "1e-6", "--accountant", accountant, "--data", data, "--device", "cpu", "--out", folder, "--json");
            Assert.Equal(("", 0), (run.Error, run.Code));
            using JsonDocument json = JsonDocument.Parse(run.LastLine);
            Assert.Equal(accountant, Text(json, "accountant"));
            Assert.InRange(json.RootElement.GetProperty("epsilon").GetDouble(), 0.99, 1);
            using JsonDocument begun = JsonDocument.Parse(File.ReadLines(Path.Combine(folder, "privacy.ledger")).First());
            noise[index] = begun.RootElement.GetProperty("planned").GetProperty("noiseMultiplier").GetDouble();
            CommandRun again = await Run("train", "--resume", "--data", data, "--device", "cpu", "--out", folder, "--json");
            using JsonDocument same = JsonDocument.Parse(again.LastLine);
            Assert.Equal(Text(json, "epsilon"), Text(same, "epsilon"));
        }

        Assert.True(noise[1] < 0.9 * noise[0], $"{noise[1]} against {noise[0]}");
    }

    [Fact]
    public async Task Data_that_is_not_there_is_one_line_and_leaves_nothing() =>
        (await Run("train", "mnist", "--data", _folder["nowhere"], "--device", "cpu", "--out", _folder["run"])).AssertRefused("there is no such folder", "t10k-labels-idx1-ubyte.gz");

    [Fact]
    public async Task Explain_shows_the_plan_the_model_and_what_the_check_found()
    {
        CommandRun run = await Run("explain", "mnist", "--filters", "2", "--device", "cpu");
        Assert.Equal("", run.Error);
        Assert.Contains("Its gradient is clipped to length 0.1", run.Output, StringComparison.Ordinal);
        Assert.Contains("in a round the noise is", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Problem:", run.Output, StringComparison.Ordinal);
    }

    private static string Text(JsonDocument json, string name) => json.RootElement.GetProperty(name).ToString();

    private static async Task<CommandRun> Run(params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await Application.RunAsync(args, output, error);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
