using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Ledger;

/// <summary>
/// A thousand crashes at random points, in charging and in repairing, with torn and reordered writes: what was released is never more than what is recorded, and no
/// record that was acknowledged is lost.
/// </summary>
public sealed class LedgerCrashTests
{
    private const int Crashes = 1000, LedgerLength = 25, MostOperations = 30;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_thousand_crashes_spend_nothing_unrecorded_and_lose_nothing_acknowledged(bool witnessed)
    {
        PrivacyPlan plan = Plans.FewRounds(400);
        using RandomStream random = Stream(witnessed ? 41u : 40u);
        int crashes = 0, recovered = 0;
        while (crashes < Crashes)
        {
            SimulatedDisk disk = new(random);
            HashSet<long> acknowledged = [];
            while (acknowledged.Count < LedgerLength && crashes < Crashes)
            {
                disk.Remaining = (int)(random.NextUInt32() % MostOperations);
                try
                {
                    using PrivacyLedger ledger = Reopen(disk, plan, witnessed, acknowledged.Count > 0);
                    AssertCovers(ledger, acknowledged);
                    recovered += ledger.Recovered ? 1 : 0;
                    while (acknowledged.Count < LedgerLength)
                    {
                        long round = ledger.LastRound + 1;
                        ledger.Charge(round);
                        Assert.True(acknowledged.Add(round), $"round {round} was released twice");
                    }
                }
                catch (SimulatedDisk.PowerFailure)
                {
                    crashes++;
                    disk.Restart();
                }
            }

            using PrivacyLedger last = Reopen(disk, plan, witnessed, acknowledged.Count > 0);
            AssertCovers(last, acknowledged);
        }

        // The test must have met what it is about.
        Assert.InRange(recovered, Crashes / 50, Crashes);
    }

    [Fact]
    public void Two_analysts_lose_nothing_in_a_thousand_crashes_and_never_exceed_the_budget()
    {
        GaussianEvent release = new(20);
        SharedBudget terms = new(PrivacyUnit.Example, NeighbouringRelation.AddOrRemoveOne, new PrivacyBudget(1.5, 1e-5));
        using RandomStream random = Stream(42);
        int crashes = 0, recoveries = 0, refusals = 0;
        while (crashes < Crashes)
        {
            SimulatedDisk disk = new(random);
            SharedLedger.Begin(disk.Open("ledger"), terms, TimeProvider.System, witnessed: false);
            int[] acknowledged = [0, 0];
            bool spent = false;
            while (!spent && crashes < Crashes)
            {
                disk.Remaining = (int)(random.NextUInt32() % MostOperations);
                try
                {
                    SharedLedger[] both = [Open(disk), Open(disk)];
                    while (true)
                    {
                        int who = (int)(random.NextUInt32() % 2);
                        both[who].Charge($"analyst {who}", release);
                        acknowledged[who]++;
                    }
                }
                catch (SimulatedDisk.PowerFailure)
                {
                    crashes++;
                    disk.Restart();
                }
                catch (PrivacyBudgetException error)
                {
                    Assert.True(error.Spent.Epsilon <= terms.Budget.Epsilon);
                    refusals++;
                    spent = true;
                }
            }

            disk.Remaining = int.MaxValue;
            SharedLedger last = Open(disk);
            Assert.True(last.SpentBy("analyst 0").Releases >= acknowledged[0]);
            Assert.True(last.SpentBy("analyst 1").Releases >= acknowledged[1]);
            Assert.True(last.Spent.Epsilon <= terms.Budget.Epsilon);
            recoveries += last.Entries.Count(entry => entry.Kind == LedgerEntryKind.Recovery);
        }

        Assert.True(recoveries > Crashes / 50 && refusals > 5, $"{recoveries} recoveries, {refusals} refusals");

        static SharedLedger Open(SimulatedDisk disk) => SharedLedger.Open("ledger", () => disk.Open("ledger"), TimeProvider.System, witnessed: false);
    }

    [Fact]
    public void A_ledger_put_back_to_any_earlier_state_is_refused_by_its_witness()
    {
        PrivacyPlan plan = Plans.FewRounds(400);
        using RandomStream random = Stream(43);
        SimulatedDisk disk = new(random);
        List<byte[]> copies = [];
        using (PrivacyLedger ledger = Reopen(disk, plan, witnessed: true, mustExist: false))
        {
            for (int round = 0; round < 6; round++)
            {
                copies.Add(disk.Copy("ledger"));
                ledger.Charge(round);
            }
        }

        byte[] newest = disk.Copy("ledger");
        foreach (byte[] old in copies)
        {
            disk.PutBack("ledger", old);
            LedgerException error = Assert.Throws<LedgerException>(() => Reopen(disk, plan, witnessed: true, mustExist: true));
            Assert.Contains("put back from an older copy", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }

        // A copy that was charged on in its own way is refused too, and a witness that was put back.
        disk.PutBack("ledger", copies[3]);
        disk.PutBack("witness", copies[3]);
        using (PrivacyLedger fork = Reopen(disk, plan, witnessed: true, mustExist: true))
        {
            fork.Charge(3);
            fork.Charge(4);
        }

        disk.PutBack("witness", newest);
        Assert.Throws<LedgerException>(() => Reopen(disk, plan, witnessed: true, mustExist: true));
        disk.PutBack("ledger", newest);
        disk.PutBack("witness", copies[2]);
        Assert.Throws<LedgerException>(() => Reopen(disk, plan, witnessed: true, mustExist: true));
        disk.PutBack("witness", []);
        Assert.Throws<LedgerException>(() => Reopen(disk, plan, witnessed: true, mustExist: true));

        disk.PutBack("witness", newest);
        using PrivacyLedger sound = Reopen(disk, plan, witnessed: true, mustExist: true);
        Assert.Equal(5, sound.LastRound);
    }

    [Fact]
    public void Damage_to_any_byte_that_was_acknowledged_is_refused_where_there_is_a_witness()
    {
        PrivacyPlan plan = Plans.FewRounds();
        using RandomStream random = Stream(44);
        SimulatedDisk disk = new(random);
        using (PrivacyLedger ledger = Reopen(disk, plan, witnessed: true, mustExist: false))
        {
            ledger.Charge(0);
            ledger.Charge(new GaussianEvent(50), 0);
        }

        byte[] whole = disk.Copy("ledger");
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 1;
            disk.PutBack("ledger", damaged);
            disk.PutBack("witness", whole);
            Assert.Throws<LedgerException>(() => Reopen(disk, plan, witnessed: true, mustExist: true));
        }
    }

    private static RandomStream Stream(uint number)
    {
        using RandomKey key = RandomKey.UnsafeFixed(number);
        return new RandomStream(key);
    }

    private static ILedgerStore Store(SimulatedDisk disk, bool witnessed) =>
        witnessed ? new WitnessedLedgerStore(disk.Open("ledger"), disk.Open("witness")) : disk.Open("ledger");

    /// <summary>What a run does: goes on with the ledger if there is one. One whose first line never became whole charged nothing, and is begun anew.</summary>
    private static PrivacyLedger Reopen(SimulatedDisk disk, PrivacyPlan plan, bool witnessed, bool mustExist)
    {
        if (!mustExist)
        {
            try
            {
                return PrivacyLedger.Resume(Store(disk, witnessed), plan, TimeProvider.System, witnessed);
            }
            catch (LedgerException)
            {
                disk.PutBack("ledger", []);
                disk.PutBack("witness", []);
                return PrivacyLedger.Begin(Store(disk, witnessed), plan, TimeProvider.System, witnessed);
            }
        }

        return PrivacyLedger.Resume(Store(disk, witnessed), plan, TimeProvider.System, witnessed);
    }

    private static void AssertCovers(PrivacyLedger ledger, HashSet<long> acknowledged)
    {
        Assert.True(ledger.Spent.Releases >= acknowledged.Count, $"{acknowledged.Count} rounds were released, {ledger.Spent.Releases} are on record");
        Assert.True(acknowledged.Count == 0 || ledger.LastRound >= acknowledged.Max());
        double least = Accountant.Epsilon(ledger.Plan.SamplingRate, ledger.Plan.NoiseMultiplier, acknowledged.Count, ledger.Plan.Budget.Delta);
        Assert.True(ledger.Spent.Epsilon >= least);
    }
}
