using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Ledger;

public sealed class PrivacyLedgerTests
{
    [Fact]
    public void Charges_what_the_accountant_says_and_stops_at_the_budget()
    {
        PrivacyPlan plan = Plans.FewRounds();
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        Assert.Equal(0, ledger.Spent.Epsilon);
        Assert.Equal(-1, ledger.LastRound);
        for (int round = 0; round < plan.AffordableRounds; round++)
        {
            Assert.True(ledger.CanCharge());
            ledger.Charge(round);
            Assert.Equal(Accountant.Epsilon(plan.SamplingRate, plan.NoiseMultiplier, round + 1, 1e-6), ledger.Spent.Epsilon);
            Assert.Equal(round, ledger.LastRound);
        }

        PrivacySpent spent = ledger.Spent;
        Assert.False(ledger.CanCharge());
        PrivacyBudgetException error = Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(99));
        Assert.Equal(spent, error.Spent);
        Assert.True(error.RefusedEpsilon > 3);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(spent, ledger.Spent);
        Assert.Equal(5, plan.AffordableRounds);
    }

    [Fact]
    public void Other_events_share_the_budget()
    {
        using PrivacyLedger ledger = PrivacyLedger.InMemory(Plans.FewRounds());
        ledger.Charge(0);
        GaussianEvent evaluation = new(50);
        Assert.True(ledger.CanCharge(evaluation));
        ledger.Charge(evaluation, 0);
        RdpAccountant both = new();
        both.Charge(ledger.Plan.RoundEvent);
        both.Charge(evaluation);
        Assert.Equal(both.Spent(1e-6).Epsilon, ledger.Spent.Epsilon);

        GaussianEvent loud = new(0.01);
        Assert.False(ledger.CanCharge(loud));
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(loud, 0));
        Assert.Equal(2, ledger.Spent.Releases);
    }

    [Fact]
    public void Refused_charge_writes_nothing()
    {
        using TemporaryFolder folder = new();
        using PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), Plans.FewRounds());
        long length = new FileInfo(folder.File()).Length;
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(new GaussianEvent(0.01), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.Charge(-1));
        Assert.Equal(length, new FileInfo(folder.File()).Length);
    }

    [Fact]
    public void A_charge_is_in_the_file_when_it_returns()
    {
        using TemporaryFolder folder = new();
        using PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), Plans.FewRounds());
        long length = new FileInfo(folder.File()).Length;
        ledger.Charge(0);
        Assert.True(new FileInfo(folder.File()).Length > length);
    }

    [Fact]
    public void A_resumed_ledger_goes_on_where_the_other_ended()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        PrivacySpent spent;
        using (PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), plan))
        {
            ledger.Charge(0);
            ledger.Charge(new ComposedEvent(new GaussianEvent(60), new SelfComposedEvent(new PoissonSampledGaussianEvent(0.001, 9), 4)), 0);
            ledger.Charge(1);
            spent = ledger.Spent;
        }

        using PrivacyLedger resumed = PrivacyLedger.Open(folder.File(), plan);
        Assert.Equal(spent.Epsilon, resumed.Spent.Epsilon, 1e-12);
        Assert.Equal(spent.Releases, resumed.Spent.Releases);
        Assert.Equal(1, resumed.LastRound);
        Assert.False(resumed.Recovered);
        resumed.Charge(2);
        Assert.Equal(spent.Releases + 1, resumed.Spent.Releases);
    }

    [Fact]
    public void Lines_are_JSON_and_say_when_what_and_how_much()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        using (PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), plan, new FixedTime()))
        {
            ledger.Charge(7);
        }

        string[] lines = File.ReadAllLines(folder.File());
        Assert.Equal(2, lines.Length);
        JsonElement charge = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal(1, charge.GetProperty("v").GetInt32());
        Assert.Equal(1, charge.GetProperty("seq").GetInt64());
        Assert.Equal(FixedTime.Now, charge.GetProperty("time").GetDateTimeOffset());
        Assert.Equal(plan.Hash, charge.GetProperty("plan").GetString());
        Assert.Equal(7, charge.GetProperty("round").GetInt64());
        Assert.Equal(plan.NoiseMultiplier, charge.GetProperty("event").GetProperty("noiseMultiplier").GetDouble());
        Assert.Equal(Accountant.Epsilon(plan.SamplingRate, plan.NoiseMultiplier, 1, 1e-6), charge.GetProperty("epsilon").GetDouble());
        Assert.Equal(JsonDocument.Parse(lines[0]).RootElement.GetProperty("hash").GetString(), charge.GetProperty("prev").GetString());
    }

    [Fact]
    public void A_plan_without_privacy_is_recorded_as_infinite()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = PrivacyPlan.None(PrivacyUnit.Task, 100, 10, 3);
        using (PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), plan))
        {
            Assert.True(ledger.CanCharge());
            ledger.Charge(0);
            Assert.Equal(double.PositiveInfinity, ledger.Spent.Epsilon);
            Assert.Equal(1, ledger.Spent.Delta);
        }

        using PrivacyLedger resumed = PrivacyLedger.Open(folder.File(), plan);
        Assert.Equal(double.PositiveInfinity, resumed.Spent.Epsilon);
    }

    [Fact]
    public void Charging_a_round_allocates_nothing_once_warm()
    {
        using TemporaryFolder folder = new();
        using PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), Plans.Small());
        for (int round = 0; round < 20; round++)
        {
            ledger.Charge(round);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 20; round < 40; round++)
        {
            ledger.Charge(round);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_closed_ledger_takes_no_charges()
    {
        PrivacyLedger ledger = PrivacyLedger.InMemory(Plans.FewRounds());
        ledger.Dispose();
        Assert.False(ledger.CanCharge());
        Assert.Throws<LedgerException>(() => ledger.Charge(0));
    }

    private sealed class FixedTime : TimeProvider
    {
        public static readonly DateTimeOffset Now = new(2026, 11, 23, 22, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
