using System.Text.Json;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Tests.Frontiers;
using FastDPMeta.Cli.Tests.Training;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class FrontierCommandTests : IDisposable
{
    private const int Rounds = 4;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Out => _folder["frontier"];

    private string[] Tiny =>
    [
        "frontier", "sinusoid", "--rounds", $"{Rounds}", "--lot", "4", "--population", "200", "--delta", "1e-4", "--adapt-steps", "1", "--twin", "false",
        "--epsilons", "2,inf", "--keys", "2", "--device", "cpu", "--threads", "1", "--out", Out, "--json",
    ];

    [Theory]
    [InlineData("--epsilons 1,x", "--epsilons: each must be a finite number above 0, or inf; got 'x'")]
    [InlineData("--epsilons 1,0", "got '0'")]
    [InlineData("--epsilons 1,,2", "got ''")]
    [InlineData("--epsilons 1,nan", "got 'nan'")]
    [InlineData("--epsilons 1,3,1.0", "1.0 is there twice")]
    [InlineData("--keys 1", "--keys: must be a whole number of at least 2; got '1'")]
    [InlineData("--epsilon 3", "--epsilon is one budget. Give --epsilons")]
    [InlineData("--witness elsewhere", "--witness goes with one ledger")]
    [InlineData("--resume --keys 3", "Leave out --keys")]
    [InlineData("--resume", "there is no frontier in")]
    [InlineData("faces", "there is no 'faces'")]
    [InlineData("--way 5", "sinusoid is regression")]
    public async Task What_makes_no_sense_is_refused_before_anything_runs(string arguments, string reason)
    {
        PretendRunner runner = new();
        CommandRun run = await CommandRun.Of(runner, CancellationToken.None, ["frontier", .. arguments.Split(' '), "--out", Out]);
        run.AssertRefused(reason);
        Assert.Null(runner.Options);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task An_interrupted_frontier_resumes_and_every_training_is_charged_once()
    {
        using CancellationTokenSource stop = new();
        StoppingRunner runner = new(stop, inTraining: 2);
        CommandRun first = await Run(runner, Tiny, stop.Token);
        Assert.Equal(ExitCode.Interrupted, first.Code);
        Assert.Contains("Stopped: 2 of 4 trainings are done. Go on with --resume", first.Output);
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(Out, "frontier.jsonl"))).Length);
        Assert.Equal([(2.0, 1ul, false), (null, 1ul, false), (2.0, 2ul, false)], runner.Begun);

        StoppingRunner second = new(stop, inTraining: -1);
        CommandRun resumed = await Run(second, ["frontier", "--resume", "--out", Out, "--device", "cpu", "--threads", "1", "--json"], CancellationToken.None);
        Assert.Equal(0, resumed.Code);
        Assert.Equal([(2.0, 2ul, true), (null, 2ul, false)], second.Begun);
        Assert.Equal(5, (await File.ReadAllLinesAsync(Path.Combine(Out, "frontier.jsonl"))).Length);
        string[] runs = [.. Directory.GetDirectories(Path.Combine(Out, "runs")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(["epsilon-2-key-1", "epsilon-2-key-2", "no-privacy-key-1", "no-privacy-key-2"], runs);
        Assert.All((string[])["epsilon-2-key-1", "epsilon-2-key-2"], name =>
            Assert.Equal(1 + Rounds, File.ReadLines(Path.Combine(Out, "runs", name, "privacy.ledger")).Count()));

        using JsonDocument json = JsonDocument.Parse(resumed.LastLine);
        JsonElement root = json.RootElement;
        Assert.Equal((4, 4, "mean squared error"), (root.GetProperty("trainings").GetInt32(), root.GetProperty("planned").GetInt32(), root.GetProperty("metric").GetString()));
        JsonElement[] points = [.. root.GetProperty("points").EnumerateArray()];
        Assert.Equal(2, points[0].GetProperty("epsilon").GetDouble());
        Assert.Equal(JsonValueKind.Null, points[1].GetProperty("epsilon").ValueKind);
        Assert.All(points, point => Assert.True(point.GetProperty("mean").GetDouble() > 0 && point.GetProperty("ci95").GetDouble() > 0));
        Assert.True(root.GetProperty("togetherLower").GetDouble() > root.GetProperty("aloneUpper").GetDouble());
        Assert.Equal("untrained", root.GetProperty("baselines")[0].GetProperty("name").GetString());
        Assert.Contains("Published together, the 2 private trainings spend ε ≤", resumed.Output);
        Assert.Contains("for adding or removing one task of 200", resumed.Output);
        Assert.Contains("The trainings without privacy are bounded by nothing", resumed.Output);
        Assert.All((string[])["frontier.png", "frontier.json"], name => Assert.True(new FileInfo(Path.Combine(Out, name)).Length > 100));
    }

    [Fact]
    public async Task A_frontier_in_the_folder_is_neither_overwritten_nor_mistaken_for_another_folder()
    {
        Directory.CreateDirectory(Out);
        await File.WriteAllTextAsync(Path.Combine(Out, "letter.txt"), "mine");
        (await CommandRun.Of(Tiny)).AssertRefused("the folder is not empty");
        (await CommandRun.Of([.. Tiny, "--force"])).AssertRefused("does not look like a frontier");
        await File.WriteAllTextAsync(Path.Combine(Out, "frontier.jsonl"), "");
        (await CommandRun.Of(Tiny)).AssertRefused("Add --resume to go on with it or --force to replace it");
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Out, "letter.txt")));
    }

    private static async Task<CommandRun> Run(StoppingRunner runner, string[] args, CancellationToken stop)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await Application.RunAsync(args, output, error, runner, stop);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
