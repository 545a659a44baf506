using System.Diagnostics;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Ledger;

/// <summary>Crashes, full disks, other processes, damaged files: never less charged than released, and one clear line of error.</summary>
public sealed class LedgerFailureTests
{
    [Fact]
    public void Cutting_the_last_line_at_any_byte_never_loses_a_charge_that_had_begun()
    {
        PrivacyPlan plan = Plans.FewRounds();
        byte[] whole = Bytes(plan, rounds: 3);
        int lastLine = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        double[] epsilon = [.. Enumerable.Range(0, 5).Select(n => Accountant.Epsilon(plan.SamplingRate, plan.NoiseMultiplier, n, 1e-6))];
        for (int length = lastLine; length <= whole.Length; length++)
        {
            MemoryLedgerStore store = new();
            store.Append(whole.AsSpan(0, length));
            using (PrivacyLedger ledger = PrivacyLedger.Resume(store, plan, TimeProvider.System))
            {
                int expected = length == lastLine ? 2 : 3;
                Assert.Equal(epsilon[expected], ledger.Spent.Epsilon);
                Assert.Equal(length > lastLine && length < whole.Length - 1, ledger.Recovered);
                Assert.Equal(expected - 1, ledger.LastRound);
                ledger.Charge(3);
            }

            // What was repaired is whole again, and opens without another repair.
            using PrivacyLedger again = PrivacyLedger.Resume(store, plan, TimeProvider.System);
            Assert.False(again.Recovered);
            Assert.Equal(epsilon[length == lastLine ? 3 : 4], again.Spent.Epsilon);
        }
    }

    [Fact]
    public void Garbage_after_the_last_line_counts_as_a_torn_charge()
    {
        PrivacyPlan plan = Plans.FewRounds();
        foreach (byte[] garbage in new byte[][] { [0, 0, 0], [0xFF, 0xFE], [.. "{}x\n"u8] })
        {
            MemoryLedgerStore store = new();
            store.Append(Bytes(plan, rounds: 2));
            store.Append(garbage);
            using PrivacyLedger ledger = PrivacyLedger.Resume(store, plan, TimeProvider.System);
            Assert.True(ledger.Recovered);
            Assert.Equal(3, ledger.Spent.Releases);
        }
    }

    [Fact]
    public void Changing_any_byte_is_refused_or_costs_a_charge()
    {
        PrivacyPlan plan = Plans.FewRounds();
        byte[] whole = Bytes(plan, rounds: 2);
        int lastLine = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 1;
            MemoryLedgerStore store = new();
            store.Append(changed);
            try
            {
                using PrivacyLedger ledger = PrivacyLedger.Resume(store, plan, TimeProvider.System);
                Assert.True(at >= lastLine, $"byte {at} of {whole.Length} was changed without notice");
                Assert.True(ledger.Spent.Releases >= 2);
            }
            catch (LedgerException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    [Fact]
    public void A_line_taken_out_or_swapped_is_refused()
    {
        PrivacyPlan plan = Plans.FewRounds();
        string[] lines = System.Text.Encoding.UTF8.GetString(Bytes(plan, rounds: 4)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (int[] order in new int[][] { [0, 1, 3, 4], [0, 2, 1, 3, 4], [1, 2, 3, 4], [0, 1, 1, 2, 3, 4] })
        {
            MemoryLedgerStore store = new();
            store.Append(System.Text.Encoding.UTF8.GetBytes(string.Concat(order.Select(i => lines[i] + "\n"))));
            LedgerException error = Assert.Throws<LedgerException>(() => PrivacyLedger.Resume(store, plan, TimeProvider.System));
            Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_full_disk_stops_training_and_leaves_no_half_line()
    {
        PrivacyPlan plan = Plans.FewRounds();
        long begun = Bytes(plan, rounds: 1).Length;
        for (int room = 0; room < 40; room += 13)
        {
            FailingLedgerStore store = new(begun + room);
            PrivacyLedger ledger = PrivacyLedger.Begin(store, plan, TimeProvider.System);
            ledger.Charge(0);
            long before = store.Length;
            LedgerHead head = ledger.Head;
            LedgerException error = Assert.Throws<LedgerException>(() => ledger.Charge(1));
            Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            Assert.Equal(before, store.Length);
            Assert.Equal(head, ledger.Head); // a model saved now is resumed with this ledger
            Assert.True(ledger.Contains(head));
            Assert.False(ledger.CanCharge());
            Assert.Throws<LedgerException>(() => ledger.Charge(1));
        }
    }

    [Fact]
    public void A_half_line_that_cannot_be_removed_is_charged_when_opened_again()
    {
        PrivacyPlan plan = Plans.FewRounds();
        FailingLedgerStore store = new(Bytes(plan, rounds: 1).Length + 30, canTruncate: false);
        PrivacyLedger ledger = PrivacyLedger.Begin(store, plan, TimeProvider.System);
        ledger.Charge(0);
        Assert.Throws<LedgerException>(() => ledger.Charge(1));
        MemoryLedgerStore later = new();
        later.Append(store.ReadAll());
        using PrivacyLedger resumed = PrivacyLedger.Resume(later, plan, TimeProvider.System);
        Assert.True(resumed.Recovered);
        Assert.Equal(2, resumed.Spent.Releases);
    }

    [Fact]
    public void A_store_that_cannot_be_repaired_is_closed_and_refused()
    {
        PrivacyPlan plan = Plans.FewRounds();
        byte[] whole = Bytes(plan, rounds: 2);
        FailingLedgerStore store = new(whole.Length - 5, canTruncate: false);
        Assert.Throws<IOException>(() => store.Append(whole));
        Assert.Throws<LedgerException>(() => PrivacyLedger.Resume(store, plan, TimeProvider.System));
        Assert.True(store.Disposed);
    }

    [SkippableFact]
    public void The_full_device_of_Linux_is_a_full_disk()
    {
        Skip.IfNot(File.Exists("/dev/full"), "there is no /dev/full on this system");
        LedgerException error = Assert.Throws<LedgerException>(() => PrivacyLedger.Create("/dev/full", Plans.FewRounds()));
        Assert.Contains("/dev/full", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Places_that_cannot_be_written_are_refused_and_nothing_is_left_there()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        Assert.Throws<LedgerException>(() => PrivacyLedger.Create(folder.File("missing/ledger.jsonl"), plan));
        Assert.Throws<LedgerException>(() => PrivacyLedger.Create(Path.GetDirectoryName(folder.File())!, plan));
        Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File("absent.jsonl"), plan));
        Assert.False(File.Exists(folder.File("absent.jsonl")));
        File.WriteAllText(folder.File("taken.jsonl"), "something else");
        Assert.Throws<LedgerException>(() => PrivacyLedger.Create(folder.File("taken.jsonl"), plan));
        Assert.Equal("something else", File.ReadAllText(folder.File("taken.jsonl")));
        Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File("taken.jsonl"), plan));
        File.WriteAllText(folder.File("empty.jsonl"), "");
        Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File("empty.jsonl"), plan));
    }

    [SkippableFact]
    public void A_read_only_file_is_refused()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        File.WriteAllBytes(folder.File(), Bytes(plan, rounds: 1));
        File.SetAttributes(folder.File(), FileAttributes.ReadOnly);
        try
        {
            bool ignoresPermissions = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();
            Skip.If(ignoresPermissions, "a privileged user may write read-only files");
            Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File(), plan));
        }
        finally
        {
            File.SetAttributes(folder.File(), FileAttributes.Normal);
        }
    }

    [Fact]
    public void Another_plan_is_refused()
    {
        using TemporaryFolder folder = new();
        PrivacyLedger.Create(folder.File(), Plans.FewRounds(5)).Dispose();
        LedgerException error = Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File(), Plans.FewRounds(6)));
        Assert.Contains("another plan", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_in_use_is_refused_to_others_and_free_again_when_closed()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        using (PrivacyLedger first = PrivacyLedger.Create(folder.File(), plan))
        {
            Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File(), plan));
            Assert.Throws<LedgerException>(() => PrivacyLedger.Create(folder.File(), plan));
            first.Charge(0);
        }

        using PrivacyLedger second = PrivacyLedger.Open(folder.File(), plan);
        Assert.Equal(1, second.Spent.Releases);
    }

    [SkippableFact]
    public void Another_process_holds_the_lock_too()
    {
        Skip.IfNot(File.Exists("/usr/bin/flock"), "the flock command is not installed");
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        using (PrivacyLedger mine = PrivacyLedger.Create(folder.File(), plan))
        {
            using Process probe = Process.Start("/usr/bin/flock", ["--nonblock", folder.File(), "true"]);
            probe.WaitForExit();
            Assert.Equal(1, probe.ExitCode);
        }

        using Process other = Process.Start(new ProcessStartInfo("/usr/bin/flock", [folder.File(), "sh", "-c", "echo locked; read line"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        Assert.Equal("locked", other.StandardOutput.ReadLine());
        Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File(), plan));
        other.StandardInput.WriteLine();
        other.WaitForExit();
        PrivacyLedger.Open(folder.File(), plan).Dispose();
    }

    private static byte[] Bytes(PrivacyPlan plan, int rounds)
    {
        MemoryLedgerStore store = new();
        PrivacyLedger ledger = PrivacyLedger.Begin(store, plan, TimeProvider.System);
        for (int round = 0; round < rounds; round++)
        {
            ledger.Charge(round);
        }

        return store.ReadAll();
    }
}
