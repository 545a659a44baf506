using FastDPMeta.Privacy.Frontiers;
using FastDPMeta.Privacy.Tests.Ledger;

namespace FastDPMeta.Privacy.Tests.Frontiers;

public sealed class FrontierFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Place => _folder.File("frontier.jsonl");

    [Fact]
    public void A_file_opened_again_has_its_design_and_every_training_without_loss()
    {
        FrontierDesign design = FrontierCases.Design(double.PositiveInfinity, 3, 0.1);
        FrontierRun[] runs = [.. design.Cells.Select(cell => FrontierCases.Run(cell) with { Value = cell.Key == 2 ? double.NaN : 1.0 / 3 })];
        using (FrontierFile file = FrontierFile.Create(Place, design))
        {
            Array.ForEach(runs, file.Append);
        }

        using FrontierFile again = FrontierFile.Open(Place);
        Assert.Equal((design.Name, design.Delta, design.Settings), (again.Design.Name, again.Design.Delta, again.Design.Settings));
        Assert.Equal([0.1, 3, double.PositiveInfinity], again.Design.Epsilons);
        Assert.Equal(design.Keys, again.Design.Keys);
        Assert.Empty(again.Missing);
        foreach ((FrontierRun wrote, FrontierRun read) in runs.Zip(again.Runs))
        {
            Assert.Equal(wrote with { Baselines = read.Baselines }, read);
            Assert.Equal(wrote.Baselines, read.Baselines);
        }
    }

    [Fact]
    public void An_interrupted_frontier_goes_on_with_what_is_missing_and_does_nothing_twice()
    {
        List<FrontierCell> trained = [];
        FrontierRun? Train(FrontierCell cell, int most)
        {
            if (trained.Count == most)
            {
                return null;
            }

            trained.Add(cell);
            return FrontierCases.Run(cell);
        }

        FrontierDesign design = FrontierCases.Design(1, 3, 8);
        using (FrontierFile file = FrontierFile.Create(Place, design))
        {
            Assert.False(PrivacyFrontier.Complete(file, cell => Train(cell, 2)));
        }

        using FrontierFile again = FrontierFile.Open(Place);
        Assert.Equal(2, again.Runs.Count);
        Assert.True(PrivacyFrontier.Complete(again, cell => Train(cell, int.MaxValue)));
        Assert.Equal(design.Cells, trained);
        Assert.Equal(design.Cells, again.Runs.Select(run => run.Cell));
    }

    [Fact]
    public void Cancellation_stops_before_the_next_training()
    {
        using CancellationTokenSource stop = new();
        using FrontierFile file = FrontierFile.Create(Place, FrontierCases.Design(1, 3));
        bool whole = PrivacyFrontier.Complete(
            file,
            cell =>
            {
                stop.Cancel();
                return FrontierCases.Run(cell);
            },
            stop.Token);
        Assert.False(whole);
        Assert.Single(file.Runs);
    }

    [Fact]
    public void A_line_that_a_crash_tore_counts_as_a_training_that_is_missing()
    {
        FrontierDesign design = FrontierCases.Design(1, 3);
        using (FrontierFile file = FrontierFile.Create(Place, design))
        {
            Assert.False(PrivacyFrontier.Complete(file, cell => file.Runs.Count < 2 ? FrontierCases.Run(cell) : null));
        }

        byte[] bytes = File.ReadAllBytes(Place);
        for (int cut = 1; cut < 60; cut += 7)
        {
            File.WriteAllBytes(Place, bytes[..^cut]);
            using FrontierFile torn = FrontierFile.Open(Place);
            Assert.Single(torn.Runs);
            Assert.Equal(3, torn.Missing.Count);
        }

        using FrontierFile again = FrontierFile.Open(Place);
        again.Append(FrontierCases.Run(again.Missing[0]));
        again.Dispose();
        Assert.Equal(bytes, File.ReadAllBytes(Place));
    }

    [Fact]
    public void Other_damage_is_refused_with_its_line()
    {
        using (FrontierFile file = FrontierFile.Create(Place, FrontierCases.Design(1)))
        {
            Assert.True(PrivacyFrontier.Complete(file, cell => FrontierCases.Run(cell)));
        }

        string text = File.ReadAllText(Place);
        File.WriteAllText(Place, text.Replace("\"key\":1", "\"key\":5", StringComparison.Ordinal));
        Assert.Contains("line 2", Assert.Throws<FrontierFileException>(() => FrontierFile.Open(Place)).Message);
        File.WriteAllText(Place, text.Replace("\"key\":2", "\"kex\":2", StringComparison.Ordinal));
        Assert.Contains("line 3", Assert.Throws<FrontierFileException>(() => FrontierFile.Open(Place)).Message);
        File.WriteAllText(Place, "");
        Assert.Contains("empty", Assert.Throws<FrontierFileException>(() => FrontierFile.Open(Place)).Message);
    }

    [Fact]
    public void A_file_that_is_there_or_in_use_is_refused()
    {
        using FrontierFile file = FrontierFile.Create(Place, FrontierCases.Design(1));
        Assert.Throws<FrontierFileException>(() => FrontierFile.Create(Place, FrontierCases.Design(1)));
        Assert.Throws<FrontierFileException>(() => FrontierFile.Open(Place));
        Assert.Throws<FrontierFileException>(() => FrontierFile.Open(Place + ".other"));
    }

    [Fact]
    public void Trainings_that_do_not_belong_to_the_frontier_are_refused()
    {
        using FrontierFile file = FrontierFile.Create(Place, FrontierCases.Design(1, double.PositiveInfinity));
        FrontierRun sound = FrontierCases.Run(new FrontierCell(1, 1));
        file.Append(sound);
        FrontierRun next = FrontierCases.Run(new FrontierCell(1, 2)), plain = FrontierCases.Run(new FrontierCell(double.PositiveInfinity, 1));
        FrontierRun[] wrong =
        [
            sound,
            sound with { Cell = new FrontierCell(2, 1) },
            sound with { Cell = new FrontierCell(1, 3) },
            next with { Released = null },
            plain with { Released = next.Released },
            next with { Metric = "loss" },
        ];
        Assert.All(wrong, run => Assert.Throws<ArgumentException>(() => file.Append(run)));
        Assert.Single(file.Runs);
    }

    [Theory]
    [InlineData(new double[] { }, new ulong[] { 1, 2 }, 1e-5, "epsilons must be at least one")]
    [InlineData(new double[] { 0 }, new ulong[] { 1, 2 }, 1e-5, "each above 0")]
    [InlineData(new double[] { double.NaN }, new ulong[] { 1, 2 }, 1e-5, "each above 0")]
    [InlineData(new double[] { 3, 3 }, new ulong[] { 1, 2 }, 1e-5, "none twice")]
    [InlineData(new double[] { 3 }, new ulong[] { 1 }, 1e-5, "keys must be at least two")]
    [InlineData(new double[] { 3 }, new ulong[] { 1, 1 }, 1e-5, "keys")]
    [InlineData(new double[] { 3 }, new ulong[] { 1, 2 }, 0.0, "delta must lie in (0, 1)")]
    public void Designs_that_make_no_sense_are_refused(double[] epsilons, ulong[] keys, double delta, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new FrontierDesign("digits", epsilons, keys, delta, "")).Message);
}
