using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Reports;
using FastDPMeta.Privacy.Tests.Ledger;

namespace FastDPMeta.Privacy.Tests;

/// <summary>Plans whose noise is calibrated, and whose rounds are counted, by the certified account.</summary>
public sealed class CertifiedPlanTests
{
    [Fact]
    public void A_long_run_promises_the_true_epsilon_where_moments_promise_eight_percent_more()
    {
        // Truth from arbitrary precision: 6.1877123900 (rate 0.01, σ 1, 10,000 rounds, δ 1e-5).
        PrivacyPlanBuilder builder = new PrivacyPlanBuilder()
            .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(7, 1e-5)).Poisson(50_000, 500, 10_000).ClipTo(1).NoiseMultiplier(1);
        double certified = builder.AccountedBy(PlanAccountant.Certified).Build().Promise.Epsilon;
        double moments = builder.AccountedBy(PlanAccountant.Rdp).Build().Promise.Epsilon;
        Assert.InRange(certified, 6.18771238, 6.18771241);
        Assert.InRange(moments / certified, 1.08, 1.09);
    }

    [Fact]
    public void The_same_budget_needs_less_noise()
    {
        PrivacyPlan moments = Plans.Builder().Build();
        PrivacyPlan certified = Plans.Builder().AccountedBy(PlanAccountant.Certified).Build();
        Assert.Equal((PlanAccountant.Rdp, PlanAccountant.Certified), (moments.Accountant, certified.Accountant));
        Assert.InRange(certified.NoiseMultiplier / moments.NoiseMultiplier, 0.9, 0.98);
        double byMoments = Accountant.Epsilon(certified.SamplingRate, certified.NoiseMultiplier, certified.Rounds, 1e-6);
        Assert.InRange(byMoments / certified.Budget.Epsilon, 1.15, 1.25); // what moments would have charged for it
    }

    [Theory]
    [InlineData(3, 200)]
    [InlineData(0.5, 40)]
    public void The_promise_is_the_certified_epsilon_and_just_within_the_budget(double epsilon, int rounds)
    {
        PrivacyPlan plan = Plans.Builder().Within(new PrivacyBudget(epsilon, 1e-6)).Poisson(5000, 100, rounds).AccountedBy(PlanAccountant.Certified).Build();
        EpsilonInterval interval = Accountant.Certify(plan.Sampling.Released(plan.NoiseMultiplier, rounds), 1e-6);
        Assert.Equal(interval.Upper, plan.Promise.Epsilon, 1e-9);
        Assert.InRange(plan.Promise.Epsilon, epsilon * (1 - 1e-6), epsilon);
        Assert.Equal(rounds, plan.AffordableRounds);
        Assert.Equal(rounds, plan.Promise.Releases);
        Assert.Contains("certified account", plan.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void At_every_round_the_ledger_covers_the_true_epsilon_and_it_stops_at_the_budget()
    {
        PrivacyPlan plan = Plans.Builder().Poisson(1000, 50, 150).AccountedBy(PlanAccountant.Certified).Build();
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        Assert.Equal(0, ledger.Spent.Epsilon);
        double before = 0;
        for (int round = 0; round < plan.AffordableRounds; round++)
        {
            Assert.True(ledger.CanCharge());
            ledger.Charge(round);
            double spent = ledger.Spent.Epsilon;
            EpsilonInterval exact = Accountant.Certify(plan.Sampling.Released(plan.NoiseMultiplier, round + 1), 1e-6);
            Assert.InRange(spent, exact.Lower, Math.Min(3, exact.Upper * 1.04)); // of at most a thirtieth more rounds
            Assert.True(spent >= before * (1 - 1e-9));
            before = spent;
        }

        Assert.Equal(plan.Promise.Epsilon, ledger.Spent.Epsilon);
        Assert.Equal(150, ledger.Spent.Releases);
        Assert.False(ledger.CanCharge());
        PrivacyBudgetException error = Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(150));
        Assert.True(error.RefusedEpsilon > 3);
        Assert.Equal(150, ledger.Spent.Releases);
    }

    [Fact]
    public void A_round_done_again_is_charged_again()
    {
        using PrivacyLedger ledger = PrivacyLedger.InMemory(Plans.Builder().Poisson(1000, 50, 4).AccountedBy(PlanAccountant.Certified).Build());
        ledger.Charge(0);
        double once = ledger.Spent.Epsilon;
        ledger.Charge(0);
        Assert.True(ledger.Spent.Epsilon > once);
        ledger.Charge(1);
        ledger.Charge(2);
        Assert.False(ledger.CanCharge());
    }

    [Fact]
    public void A_resumed_run_has_spent_what_one_sitting_would_have()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.Builder().Poisson(1000, 50, 90).AccountedBy(PlanAccountant.Certified).Build();
        using PrivacyLedger whole = PrivacyLedger.InMemory(plan);
        PrivacyLedger.Create(folder.File("l"), plan).Dispose();
        for (int sitting = 0; sitting < 3; sitting++)
        {
            using PrivacyLedger ledger = PrivacyLedger.Open(folder.File("l"), plan);
            Assert.Equal(whole.Spent, ledger.Spent);
            for (int round = 30 * sitting; round < 30 * (sitting + 1); round++)
            {
                whole.Charge(round);
                ledger.Charge(round);
                Assert.Equal(whole.Spent, ledger.Spent);
            }
        }

        Assert.Equal(plan.Promise.Epsilon, whole.Spent.Epsilon);
        PrivacyReport report = PrivacyReport.Of(folder.File("l"));
        Assert.Equal(plan.Promise.Epsilon, report.Epsilon.Upper, 1e-9);
        Assert.InRange(report.Epsilon.Lower!.Value, report.Epsilon.Upper * (1 - 1e-6), report.Epsilon.Upper);
        Assert.Contains("certified account", report.Mechanism, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_releases_are_refused_and_nothing_is_charged()
    {
        using PrivacyLedger ledger = PrivacyLedger.InMemory(Plans.Builder().Poisson(1000, 50, 5).AccountedBy(PlanAccountant.Certified).Build());
        ledger.Charge(0);
        PrivacySpent spent = ledger.Spent;
        foreach (PrivacyEvent other in (PrivacyEvent[])[new GaussianEvent(1000), new PoissonSampledGaussianEvent(0.01, 1000), new SelfComposedEvent(ledger.Plan.RoundEvent, 1)])
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => ledger.Charge(other, 1));
            Assert.Contains("AccountedBy", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(spent, ledger.Spent);
        Assert.True(ledger.CanCharge());
    }

    [Fact]
    public void The_account_is_part_of_the_plan()
    {
        using TemporaryFolder folder = new();
        PrivacyPlanBuilder builder = Plans.Builder().Poisson(1000, 50, 5).NoiseMultiplier(2);
        PrivacyPlan moments = builder.Build();
        PrivacyPlan certified = builder.AccountedBy(PlanAccountant.Certified).Build();
        Assert.NotEqual(moments.Hash, certified.Hash);
        PrivacyLedger.Create(folder.File("l"), certified).Dispose();
        Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File("l"), moments));
    }

    [Fact]
    public void Batches_of_an_epoch_that_was_charged_cost_nothing_more()
    {
        PrivacyPlan plan = Plans.Builder().Cyclic(population: 100, lot: 25, epochs: 3).AccountedBy(PlanAccountant.Certified).Build();
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        double[] spent = [.. Enumerable.Range(0, 12).Select(round =>
        {
            ledger.Charge(round);
            return ledger.Spent.Epsilon;
        })];
        Assert.Equal(3, spent.Distinct().Count());
        Assert.Equal(plan.Promise.Epsilon, spent[^1]);
        Assert.Equal(3.0, spent[^1], 1e-5);
        Assert.True(plan.NoiseMultiplier < Plans.Builder().Cyclic(100, 25, 3).Build().NoiseMultiplier);
    }

    [Fact]
    public void Exact_noise_of_which_moments_alone_are_known_costs_what_they_say()
    {
        PrivacyPlanBuilder builder = Plans.Builder().Poisson(1000, 50, 20).SecureNoise();
        PrivacyPlan moments = builder.Build();
        PrivacyPlan certified = builder.AccountedBy(PlanAccountant.Certified).Build();
        Assert.Equal(moments.NoiseMultiplier, certified.NoiseMultiplier, 1e-6);
        Assert.True(certified.Promise.Epsilon <= 3);
    }

    [Fact]
    public void An_account_that_does_not_exist_is_refused() =>
        Assert.Contains("accountant", Assert.Throws<ArgumentException>(() => Plans.Builder().AccountedBy((PlanAccountant)7).Build()).Message, StringComparison.Ordinal);
}
