using FastDPMeta.Cli.Tests.Commands;
using FastDPMeta.Cli.Training;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Cli.Tests.Training;

public sealed class RunSetupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PrivacyPlan _plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(3, 1e-6)).Poisson(1000, 50, 5).ClipTo(1).Build();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_witness_gets_every_record_and_must_be_given_again_to_resume()
    {
        RunSettings settings = new("cpu", 0, null, _folder["run"], Json: false, Resume: false, Force: false, Witness: _folder["witness"]);
        using (RunFolder folder = RunFolder.Open(_folder["run"], resume: false, force: false))
        {
            using (PrivacyLedger ledger = RunSetup.Ledger(_plan, folder, settings)!)
            {
                ledger.Charge(0);
            }

            folder.WriteWhole(Path.GetFileName(folder.CheckpointPath), "checkpoint");
            Assert.Equal(File.ReadAllBytes(folder.LedgerPath), File.ReadAllBytes(_folder["witness"]));
        }

        using RunFolder again = RunFolder.Open(_folder["run"], resume: true, force: false);
        Assert.Contains("Name the witness", Assert.Throws<LedgerException>(() => RunSetup.Ledger(_plan, again, settings with { Witness = null })).Message, StringComparison.Ordinal);
        using PrivacyLedger resumed = RunSetup.Ledger(_plan, again, settings)!;
        Assert.Equal(0, resumed.LastRound);
    }

    [Fact]
    public async Task The_witness_that_is_asked_for_reaches_the_runner()
    {
        PretendRunner runner = new();
        await CommandRun.Of(runner, CancellationToken.None, "train", "--rounds", "2", "--out", _folder["run"], "--witness", _folder["w"]);
        Assert.Equal(_folder["w"], runner.Settings!.Witness);
    }

    [Fact]
    public void Without_privacy_batches_are_fixed_where_that_is_asked_for()
    {
        TrainingOptions options = TrainingDefaults.For(TaskFamily.Sinusoid, LearnerKind.Maml) with { Epsilon = null, Population = 64, Lot = 16, Rounds = 8 };
        PrivacyPlan plan = RunSetup.Plan(options with { Sampling = SamplingRule.Cyclic });
        Assert.False(plan.IsPrivate);
        Assert.All(Lots(plan), lot => Assert.Equal(16, lot));
        Assert.Contains(Lots(RunSetup.Plan(options)), lot => lot != 16); // eight Poisson lots of 16 exactly: once in 3e7 runs
    }

    private static int[] Lots(PrivacyPlan plan)
    {
        using ISampler sampler = plan.CreateSampler(64);
        List<int> lot = [];
        return [.. Enumerable.Range(0, 8).Select(round =>
        {
            sampler.Sample(round, lot);
            return lot.Count;
        })];
    }
}
