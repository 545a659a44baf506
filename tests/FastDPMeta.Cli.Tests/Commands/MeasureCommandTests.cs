using System.Text.Json;
using FastDPMeta.Cli.Tests.Training;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class MeasureCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_model_of_a_run_is_measured_in_the_shape_asked_for_and_nothing_of_the_run_changes()
    {
        string run = await Trained("omniglot", "--learner", "protonet", "--train-way", "30", "--shot", "2", "--query", "4");
        string[] before = [.. Directory.GetFiles(run).Select(path => path + File.ReadAllText(path)).Order(StringComparer.Ordinal)];
        PretendRunner runner = new();
        CommandRun measured = await CommandRun.Of(runner, CancellationToken.None, "measure", run, "--way", "20", "--shot", "1", "--measured", "700", "--threads", "1", "--json");
        Assert.Equal(("", 0), (measured.Error, measured.Code));
        Assert.Equal((20, 1, 4, 700, 30, 1), (runner.Options!.Way, runner.Options.Shot, runner.Options.Query, runner.Options.Fresh, runner.Options.TrainWay, runner.Settings!.Threads));
        Assert.Contains("model: 20-way 1-shot accuracy 62.50 % ± 5.00 (95 %), 700 fresh tasks", measured.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(measured.LastLine);
        Assert.Equal((20, 700, 0.625), (json.RootElement.GetProperty("way").GetInt32(), json.RootElement.GetProperty("measured").GetInt32(), json.RootElement.GetProperty("after").GetDouble()));
        Assert.Equal(before, Directory.GetFiles(run).Select(path => path + File.ReadAllText(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_not_said_is_that_of_the_run()
    {
        string run = await Trained("sinusoid", "--shot", "7", "--adapt-steps", "3");
        PretendRunner runner = new();
        CommandRun measured = await CommandRun.Of(runner, CancellationToken.None, "measure", run);
        Assert.Equal((7, 3, 1000), (runner.Options!.Shot, runner.Options.AdaptSteps, runner.Options.Fresh));
        Assert.Contains("7-shot mean squared error 0.6250", measured.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("omniglot --learner maml", "--way 20", "--way 20: maml has an output for each of the 5 classes")]
    [InlineData("sinusoid", "--way 2", "--way: sinusoid is regression")]
    [InlineData("omniglot --learner protonet", "--shot 12 --query 9", "a character has 20 images")]
    [InlineData("mnist", "--shot 1", "that run is plain training of examples and has no tasks")]
    public async Task A_shape_that_the_model_cannot_have_is_refused(string trained, string asked, string expected)
    {
        string run = await Trained(trained.Split(' '));
        (await CommandRun.Of(["measure", run, .. asked.Split(' ')])).AssertRefused(expected);
    }

    [Fact]
    public async Task A_folder_without_a_run_is_refused() =>
        (await CommandRun.Of("measure", _folder["nothing"])).AssertRefused("measure", "can't be read", "Give the folder of a whole run");

    private async Task<string> Trained(params string[] arguments)
    {
        CommandRun run = await CommandRun.Of(["train", .. arguments, "--rounds", "2", "--out", _folder["run"]]);
        Assert.Equal("", run.Error);
        return _folder["run"];
    }
}
