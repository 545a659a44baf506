using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Tests.Commands;
using FastDPMeta.Testing;

namespace FastDPMeta.Cli.Tests.Training;

/// <summary>The real <c>train</c> and <c>measure</c> of tasks, a few rounds long.</summary>
public sealed class MetaTrainingRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Measuring_a_run_again_gives_its_own_figure_and_more_support_changes_it()
    {
        string run = _folder["run"];
        CommandRun trained = await Run(
            "train", "sinusoid", "--epsilon", "none", "--twin", "false", "--rounds", "3", "--train-query", "4", "--train-shot", "6", "--measured", "20", "--optimizer", "sgd", "--out", run, "--json");
        Assert.Equal(("", 0), (trained.Error, trained.Code));
        Assert.Equal(After(trained), After(await Run("measure", run, "--json")));
        Assert.NotEqual(After(trained), After(await Run("measure", run, "--shot", "11", "--json")));
        Assert.NotEqual(After(trained), After(await Run("measure", run, "--measured", "21", "--json")));
    }

    [SkippableFact]
    public async Task A_metric_learner_trained_with_many_classes_is_measured_with_few_and_with_others()
    {
        Skip.IfNot(SharedFolder.TryFind("data/omniglot", out string data), SharedFolder.Missing("data/omniglot"));
        string run = _folder["run"];
        CommandRun trained = await Run(
            "train", "omniglot", "--data", data, "--epsilon", "none", "--filters", "2", "--widen", "--center", "--train-way", "12", "--train-query", "1", "--query", "2", "--sampling", "cyclic",
            "--population", "4", "--lot", "2", "--rounds", "2", "--looks", "1", "--measured", "10", "--measure-on", "validation", "--out", run, "--json");
        Assert.Equal(("", 0), (trained.Error, trained.Code));
        Assert.Equal(After(trained), After(await Run("measure", run, "--data", data, "--json")));
        double twenty = After(await Run("measure", run, "--data", data, "--way", "20", "--json"));
        Assert.InRange(twenty, 0.051, After(trained)); // better than chance even untrained, and worse than among five
    }

    [SkippableFact]
    public async Task A_private_run_keeps_the_episodes_it_drew_from_and_their_hash()
    {
        Skip.IfNot(SharedFolder.TryFind("data/omniglot", out string data), SharedFolder.Missing("data/omniglot"));
        string run = _folder["run"];
        CommandRun trained = await Run(
            "train", "omniglot", "--data", data, "--epsilon", "3", "--delta", "1e-4", "--filters", "2", "--population", "50", "--lot", "4", "--rounds", "2", "--looks", "1", "--measured", "5",
            "--twin", "false", "--out", run);
        Assert.Equal(("", 0), (trained.Error, trained.Code));
        using GZipStream packed = new(File.OpenRead(Path.Combine(run, "episodes.jsonl.gz")), CompressionMode.Decompress);
        using MemoryStream lines = new();
        await packed.CopyToAsync(lines);
        Assert.Equal(50, lines.ToArray().Count(letter => letter == (byte)'\n'));
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(run, "report.json")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(lines.ToArray())), report.RootElement.GetProperty("populationSha256").GetString());
        Assert.Contains("adding or removing one task of 50. A task here is an episode, all its images together", report.RootElement.GetProperty("guarantee").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_another_learner_is_refused_by_the_tensor_it_lacks()
    {
        string run = _folder["run"];
        Assert.Equal(0, (await Run("train", "sinusoid", "--epsilon", "none", "--twin", "false", "--rounds", "1", "--measured", "2", "--out", run)).Code);
        string options = Path.Combine(run, "options.json");
        await File.WriteAllTextAsync(options, (await File.ReadAllTextAsync(options)).Replace("\"learner\": \"maml\"", "\"learner\": \"metaSgd\"", StringComparison.Ordinal));
        (await Run("measure", run)).AssertRefused("learner.");
    }

    private static double After(CommandRun run)
    {
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        return json.RootElement.GetProperty("after").GetDouble();
    }

    private static async Task<CommandRun> Run(params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await Application.RunAsync([.. args, "--device", "cpu"], output, error);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
