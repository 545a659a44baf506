using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Ledger;

/// <summary>Real processes, really killed.</summary>
public sealed class LedgerProcessTests
{
    private const int Kills = 24;

    [Fact]
    public void A_process_killed_while_it_charges_loses_nothing_it_acknowledged()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds(400);
        PrivacyLedger.Create(folder.File(), plan).Dispose();
        using RandomKey key = RandomKey.UnsafeFixed(45);
        using RandomStream random = new(key);
        long released = -1;
        int died = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = OtherProcess.Start("rounds", folder.File());
            int lines = (int)(random.NextUInt32() % 4);
            System.Text.StringBuilder said = new();
            for (int i = 0; i < lines && process.StandardOutput.ReadLine() is { } line; i++)
            {
                said.Append(line).Append('\n');
            }

            Spin(random.NextUInt32() % 4000);
            process.Kill();
            said.Append(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
            died += process.ExitCode == 0 ? 0 : 1;
            foreach (string line in OtherProcess.Said(said.ToString()))
            {
                released = Math.Max(released, long.Parse(line, CultureInfo.InvariantCulture));
            }

            using PrivacyLedger ledger = PrivacyLedger.Open(folder.File(), plan);
            Assert.True(ledger.LastRound >= released, $"round {released} was released, {ledger.LastRound} is the last on record");
            Assert.True(ledger.Spent.Releases > released);
        }

        Assert.True(released >= Kills / 2, $"only {released} rounds were released: the test did not test");
        Assert.True(died > Kills / 2, $"only {died} processes were killed at work");
    }

    [Fact]
    public void Processes_that_draw_on_one_ledger_at_once_never_spend_the_same_budget_twice()
    {
        using TemporaryFolder folder = new();
        SharedLedger.Create(folder.File(), OtherProcess.Terms).Dispose();
        int affordable = Affordable();
        string[] analysts = ["ada", "ben", "cleo", "dan"];
        Process[] processes = [.. analysts.Select(analyst => OtherProcess.Start("draw", folder.File(), analyst))];
        Task<string>[] outputs = [.. processes.Select(process => process.StandardOutput.ReadToEndAsync())];
        Thread.Sleep(600);
        processes[3].Kill(); // one of them dies at work
        int[] acknowledged = [.. outputs.Select(output => OtherProcess.Said(output.GetAwaiter().GetResult()).Count)];
        foreach (Process process in processes)
        {
            process.WaitForExit();
            process.Dispose();
        }

        using SharedLedger ledger = SharedLedger.Open(folder.File());
        Assert.Equal(affordable, ledger.Spent.Releases);
        Assert.True(ledger.Spent.Epsilon <= OtherProcess.Terms.Budget.Epsilon);
        for (int i = 0; i < analysts.Length; i++)
        {
            long recorded = ledger.SpentBy(analysts[i]).Releases;
            Assert.InRange(recorded, acknowledged[i], acknowledged[i] + (i == 3 ? 1 : 0));
        }

        Assert.True(acknowledged.Count(count => count > 0) >= 2, "only one process ever drew: the test did not test");
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge("eve", OtherProcess.Release));
    }

    [Fact]
    public void The_ledger_of_one_plan_is_refused_to_a_second_process()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds(400);
        using PrivacyLedger mine = PrivacyLedger.Create(folder.File(), plan);
        using Process other = OtherProcess.Start("rounds", folder.File());
        other.WaitForExit();
        Assert.Equal(3, other.ExitCode); // LedgerException
        mine.Charge(0);
        Assert.Equal(0, mine.LastRound);
    }

    [Fact]
    public void Where_locks_do_not_hold_a_ledger_is_refused()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds(400);
        PrivacyLedger.Create(folder.File(), plan).Dispose();
        using Process other = OtherProcess.Start(locks: false, "rounds", folder.File());
        other.WaitForExit();
        Assert.Equal(3, other.ExitCode); // LedgerException
        using PrivacyLedger ledger = PrivacyLedger.Open(folder.File(), plan);
        Assert.Equal(-1, ledger.LastRound);
    }

    /// <summary>How many releases fit: computed apart, by the divergence of Gaussians, count·α / 2σ².</summary>
    private static int Affordable()
    {
        (SharedBudget terms, double noise) = (OtherProcess.Terms, OtherProcess.Release.NoiseMultiplier);
        double order = terms.Order;
        double overhead = Math.Log(1 - (1 / order)) - (Math.Log(terms.Budget.Delta * order) / (order - 1));
        return (int)Math.Floor((terms.Budget.Epsilon - overhead) * 2 * noise * noise / order);
    }

    private static void Spin(uint microseconds)
    {
        long end = Stopwatch.GetTimestamp() + (microseconds * Stopwatch.Frequency / 1_000_000);
        while (Stopwatch.GetTimestamp() < end)
        {
            Thread.SpinWait(20);
        }
    }
}
