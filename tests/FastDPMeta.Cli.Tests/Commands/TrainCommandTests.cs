using System.Text.Json;
using FastDPMeta.Cli.Tests.Training;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Out => _folder["run"];

    [Fact]
    public async Task A_run_leaves_model_report_ledger_and_pictures_and_nothing_half_written()
    {
        CommandRun run = await CommandRun.Of("train", "--rounds", "20", "--out", Out);
        Assert.Equal(0, run.Code);
        Assert.Equal("", run.Error);
        Assert.Equal(["run"], _folder.Names());
        string[] names = [.. Directory.GetFiles(Out).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(["adaptation.png", "checkpoint.safetensors", "model.safetensors", "options.json", "privacy.ledger", "recipe.json", "report.json", "rounds.png"], names);
        Assert.Contains("Guarantee: ε = 2.990 at δ = 1e-06 for adding or removing one task of 50000.", run.Output);
        Assert.Contains("untrained", run.Output);
    }

    [Fact]
    public async Task The_last_line_with_json_is_one_object_with_every_field()
    {
        CommandRun run = await CommandRun.Of("train", "--rounds", "3", "--out", Out, "--json");
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        string[] fields = ["task", "learner", "normalization", "device", "unit", "epsilon", "delta", "noiseMultiplier", "clipNorm", "rounds", "metric", "before", "after", "ci95", "nonPrivate", "seconds", "allocatedBytesPerRound"];
        Assert.All(fields, field => Assert.True(json.RootElement.TryGetProperty(field, out _), field));
        Assert.Equal("sinusoid", json.RootElement.GetProperty("task").GetString());
        Assert.Equal(2.99, json.RootElement.GetProperty("epsilon").GetDouble());
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Out, "report.json")));
        Assert.All(fields, field => Assert.Equal(json.RootElement.GetProperty(field).ToString(), report.RootElement.GetProperty(field).ToString()));
        Assert.Equal(3, report.RootElement.GetProperty("history").GetArrayLength());
    }

    [Fact]
    public async Task Without_privacy_the_fields_of_privacy_are_null_and_the_report_says_so()
    {
        CommandRun run = await CommandRun.Of("train", "--epsilon", "none", "--rounds", "3", "--out", Out, "--json");
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        foreach (string field in (string[])["unit", "epsilon", "delta", "noiseMultiplier", "clipNorm"])
        {
            Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty(field).ValueKind);
        }

        Assert.Contains("this run was not private", run.Output);
    }

    [Fact]
    public async Task Options_reach_the_runner_and_omniglot_has_its_own_defaults()
    {
        PretendRunner runner = new();
        CommandRun run = await CommandRun.Of(
            runner, CancellationToken.None, "train", "omniglot", "--learner", "maml", "--shot", "2", "--epsilon", "1.5", "--unit", "example", "--threads", "1", "--device", "cpu", "--out", Out, "--rounds", "2");
        Assert.Equal(0, run.Code);
        Assert.Equal((TaskFamily.Omniglot, LearnerKind.Maml, 5, 2, 5), (runner.Options!.Task, runner.Options.Learner, runner.Options.Way, runner.Options.Shot, runner.Options.Query));
        Assert.Equal((1.5, ProtectedUnit.Example, 1, "cpu"), (runner.Options.Epsilon, runner.Options.Unit, runner.Settings!.Threads, runner.Settings.Device));
        Assert.Contains("not a guarantee for a person", run.Output);
        Assert.True(File.Exists(Path.Combine(Out, "adaptation.png")));
    }

    [Fact]
    public async Task Mnist_has_its_own_defaults_and_epochs_become_rounds()
    {
        PretendRunner runner = new();
        CommandRun run = await CommandRun.Of(
            runner, CancellationToken.None, "train", "mnist", "--epochs", "0.05", "--lot", "600", "--clipping", "automatic", "--learner", "adam", "--out", Out);
        Assert.Equal(0, run.Code);
        TrainingOptions options = runner.Options!;
        Assert.Equal((TaskFamily.Mnist, LearnerKind.Adam, ClippingRule.Automatic, ProtectedUnit.Example), (options.Task, options.Learner, options.Clipping, options.Unit));
        Assert.Equal((5, 600, 60_000, 1e-5, 3.0), (options.Rounds, options.Lot, options.Population, options.Delta, options.Epsilon));
        Assert.Contains("A writer gave many digits", run.Output);
        Assert.DoesNotContain("before adapting", run.Output);
    }

    [Theory]
    [InlineData("--epsilon 0", "--epsilon: must be a finite number above 0, or none; got '0'")]
    [InlineData("--epsilon -1", "--epsilon")]
    [InlineData("--epsilon NaN", "got 'NaN'")]
    [InlineData("--delta 0", "--delta: must be a number between 0 and 1")]
    [InlineData("--delta 1", "--delta")]
    [InlineData("--delta 0.1", "not below 1 / population")]
    [InlineData("--rate 0", "--rate: must be a finite number above 0")]
    [InlineData("--inner-rate x", "got 'x'")]
    [InlineData("--clip inf", "--clip")]
    [InlineData("--shot 0", "--shot: must be a whole number of at least 1; got '0'")]
    [InlineData("--shot 1.5", "got '1.5'")]
    [InlineData("--rounds 99999999999", "--rounds")]
    [InlineData("--lot 60000", "--lot 60000 exceeds --population 50000")]
    [InlineData("--learner magic", "there is no 'magic'. Choose one of maml, fomaml, reptile, protonet, joint")]
    [InlineData("--unit person", "there is no 'person'. Choose one of task, example")]
    [InlineData("--learner protonet", "protonet needs classes")]
    [InlineData("--learner relation", "relation needs classes")]
    [InlineData("omniglot --learner cavia", "--learner cavia puts numbers behind the input")]
    [InlineData("--way 5", "sinusoid is regression")]
    [InlineData("--seed -1", "--seed")]
    [InlineData("--frobnicate", "--frobnicate")]
    [InlineData("faces", "task: there is no 'faces'. Choose one of sinusoid, omniglot, mnist")]
    [InlineData("mnist --shot 5", "--shot: mnist is plain training and has no tasks")]
    [InlineData("mnist --learner maml", "--learner maml learns from tasks, and mnist has none. Use sgd or adam")]
    [InlineData("--learner adam", "--learner adam is plain training, for mnist")]
    [InlineData("mnist --unit task", "mnist has no tasks. Leave --unit out")]
    [InlineData("mnist --population 60001", "mnist has 60000 training examples")]
    [InlineData("mnist --epochs 0", "--epochs: must be a finite number above 0")]
    [InlineData("mnist --epochs 3 --rounds 5", "--epochs and --rounds both say how long to train")]
    [InlineData("mnist --clipping soft", "--clipping: there is no 'soft'. Choose one of flat, layer, automatic, adaptive")]
    [InlineData("mnist --groups 5", "--groups 5: groups must divide the 16 filters")]
    [InlineData("--groups 4", "--groups 4: it is about the network of mnist")]
    [InlineData("mnist --sampling shuffled", "--sampling: there is no 'shuffled'. Choose one of poisson, cyclic, tree, banded")]
    [InlineData("mnist --sampling tree --secure-noise", "--secure-noise goes with --sampling poisson")]
    [InlineData("mnist --clipping adaptive --secure-noise", "every --clipping but adaptive")]
    [InlineData("mnist --sampling banded --clipping adaptive", "--clipping adaptive changes the noise from round to round")]
    [InlineData("--accountant prv", "--accountant: there is no 'prv'. Choose one of rdp, certified")]
    [InlineData("mnist --bands 4", "--bands goes with --sampling banded only")]
    [InlineData("mnist --delta 1e-3", "not below 1 / population")]
    [InlineData("omniglot --shot 10 --query 11", "a character has 20 images")]
    [InlineData("omniglot --way 1", "at least 2 classes")]
    [InlineData("omniglot --train-shot 15 --train-query 6", "--train-shot 15 and --train-query 6: a character has 20 images")]
    [InlineData("omniglot --learner maml --train-way 20", "--train-way 20: --learner maml has an output for each class")]
    [InlineData("omniglot --network mlp --filters 8 --widen", "--filters, --widen: --network mlp has no filters")]
    [InlineData("omniglot --network lstm", "there is no 'lstm'. Choose one of conv, mlp")]
    [InlineData("omniglot --measure-on training", "there is no 'training'. Choose one of test, validation")]
    [InlineData("omniglot --optimizer adagrad", "there is no 'adagrad'. Choose one of adam, sgd")]
    [InlineData("--center --network mlp", "--network, --center: sinusoid has neither classes nor images")]
    [InlineData("mnist --optimizer sgd --measured 50", "--optimizer, --measured: mnist is plain training and has no tasks")]
    [InlineData("--epsilon none --sampling banded", "--sampling banded is about how rounds share their noise")]
    [InlineData("--looks 0", "--looks: must be a whole number of at least 1")]
    [InlineData("--resume --force", "contradict")]
    [InlineData("--resume --rounds 5", "Leave out --rounds")]
    [InlineData("--resume", "no checkpoint")]
    public async Task A_bad_value_is_one_line_that_says_what_to_do_and_touches_nothing(string arguments, string expected)
    {
        CommandRun run = await CommandRun.Of(["train", .. arguments.Split(' '), "--out", Out]);
        run.AssertRefused(expected);
        Assert.Equal(2, run.Code);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task Several_bad_values_are_told_at_once() =>
        (await CommandRun.Of("train", "--shot", "0", "--clip", "0", "--out", Out)).AssertRefused("--shot", "--clip");

    [Fact]
    public async Task An_output_folder_that_cannot_be_made_is_refused_before_training()
    {
        await File.WriteAllTextAsync(_folder["file"], "x");
        PretendRunner runner = new();
        CommandRun run = await CommandRun.Of(runner, CancellationToken.None, "train", "--out", _folder["file/run"]);
        run.AssertRefused("--out", "can't be written");
        Assert.Null(runner.Options);
        (await CommandRun.Of("train", "--out", _folder["file"])).AssertRefused("that is a file");
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_replaced_only_by_force_and_only_if_it_is_a_run()
    {
        await CommandRun.Of("train", "--rounds", "2", "--out", Out);
        (await CommandRun.Of("train", "--rounds", "3", "--out", Out)).AssertRefused("not empty", "--force");
        CommandRun forced = await CommandRun.Of("train", "--rounds", "3", "--out", Out, "--force");
        Assert.Equal(0, forced.Code);
        Assert.Equal(["run"], _folder.Names());
        Assert.Contains("\"rounds\": 3", await File.ReadAllTextAsync(Path.Combine(Out, "report.json")));

        Directory.CreateDirectory(_folder["photos"]);
        await File.WriteAllTextAsync(_folder["photos/cat.png"], "x");
        (await CommandRun.Of("train", "--out", _folder["photos"], "--force")).AssertRefused("does not look like a run");
        Assert.True(File.Exists(_folder["photos/cat.png"]));
    }

    [Fact]
    public async Task A_failure_before_anything_is_charged_leaves_nothing()
    {
        PretendRunner runner = new() { FailsAtStartWith = new DataFileException("x.gz", "is damaged", "Get another.") };
        CommandRun run = await CommandRun.Of(runner, CancellationToken.None, "train", "--out", Out);
        run.AssertRefused("x.gz: is damaged. Get another.");
        Assert.Equal(1, run.Code);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task A_failure_after_a_charge_keeps_the_ledger_and_says_where()
    {
        PretendRunner runner = new() { FailsWith = new IOException("No space left on device"), HoldsLedger = true };
        CommandRun run = await CommandRun.Of(runner, CancellationToken.None, "train", "--out", Out);
        run.AssertRefused("No space left on device", "are kept");
        Assert.Equal(["run.partial"], _folder.Names());
        Assert.Equal("plan\ncharged\n", await File.ReadAllTextAsync(_folder["run.partial/privacy.ledger"]));
        (await CommandRun.Of("train", "--out", Out)).AssertRefused("an unfinished run", "--resume", "--force");
    }

    [Fact]
    public async Task Unknown_devices_are_one_line()
    {
        PretendRunner runner = new() { FailsAtStartWith = new DeviceException("There is no device 'tpu'. Choose one of cpu.") };
        (await CommandRun.Of(runner, CancellationToken.None, "train", "--device", "tpu", "--out", Out)).AssertRefused("There is no device 'tpu'");
    }

    [Fact]
    public async Task A_fault_of_ours_hides_the_stack_until_verbose_is_given()
    {
        PretendRunner runner = new() { FailsAtStartWith = new InvalidOperationException("two\nlines") };
        (await CommandRun.Of(runner, CancellationToken.None, "train", "--out", Out)).AssertRefused("two lines", "--verbose");
        CommandRun verbose = await CommandRun.Of(runner, CancellationToken.None, "train", "--out", Out, "--verbose");
        Assert.Contains("   at ", verbose.Error);
    }

    [Fact]
    public async Task An_interrupted_run_is_whole_and_goes_on_with_its_own_options()
    {
        using CancellationTokenSource stop = new();
        CommandRun first = await CommandRun.Of(
            new PretendRunner { AfterFirstRound = stop.Cancel }, stop.Token, "train", "--rounds", "50", "--shot", "7", "--out", Out, "--json");
        Assert.Equal(130, first.Code);
        Assert.Contains("1 of 50 rounds (stopped; go on with --resume)", first.Output);
        Assert.Contains("\"stopped\":true", first.LastLine);
        Assert.Equal(["run"], _folder.Names());

        PretendRunner again = new();
        CommandRun second = await CommandRun.Of(again, CancellationToken.None, "train", "--resume", "--out", Out);
        Assert.Equal(0, second.Code);
        Assert.True(again.Resumed);
        Assert.Equal((50, 7), (again.Options!.Rounds, again.Options.Shot));
        Assert.Equal(["run"], _folder.Names());
        Assert.Equal(52, (await File.ReadAllLinesAsync(Path.Combine(Out, "privacy.ledger"))).Length);
    }

    [Fact]
    public async Task A_resume_that_fails_puts_the_run_back()
    {
        await CommandRun.Of("train", "--rounds", "2", "--out", Out);
        PretendRunner broken = new() { FailsAtStartWith = new DeviceException("gone") };
        (await CommandRun.Of(broken, CancellationToken.None, "train", "--resume", "--out", Out)).AssertRefused("gone");
        Assert.Equal(["run"], _folder.Names());
        Assert.True(File.Exists(Path.Combine(Out, "report.json")));
    }

    [Fact]
    public async Task Plain_progress_says_loss_epsilon_and_speed()
    {
        CommandRun run = await CommandRun.Of("train", "--rounds", "4", "--out", Out);
        Assert.Contains("maml  4/4  loss 1.0000  ε = 3.000  1,000 tasks/s", run.Output);
        Assert.Contains("cpu: asked for by name", run.Output);
    }
}
