using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Sampling;
using FastDPMeta.Privacy.Tests.Ledger;

namespace FastDPMeta.Privacy.Tests.Sampling;

/// <summary>Each scheme, from the plan to the ledger.</summary>
public sealed class SamplingSchemeTests
{
    private static readonly string[] All = ["Poisson", "TruncatedPoisson", "FixedSize", "Cyclic"];

    private static readonly Dictionary<string, PrivacyPlan> Built = new()
    {
        ["Poisson"] = Plans.Builder().Poisson(1000, 50, 20).Build(),
        ["TruncatedPoisson"] = Plans.Builder().TruncatedPoisson(1000, 50, 120, 20).Build(),
        ["FixedSize"] = Plans.Builder().FixedSize(1000, 50, 20).Build(),
        ["Cyclic"] = Plans.Builder().Cyclic(1000, 50, 1).Build(),
    };

    public static TheoryData<string> Names => [.. All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Calibrated_noise_keeps_the_budget_and_a_little_less_does_not(string name)
    {
        PrivacyPlan plan = Plan(name);
        Assert.True(plan.Promise.Epsilon <= 3);
        Assert.True(plan.AffordableRounds >= plan.Rounds);
        Assert.Equal(plan.Rounds, plan.Promise.Releases);
        Assert.Equal(plan.Neighbours, plan.Promise.Neighbours);
        Assert.True(Accountant.Spent(plan.Sampling, plan.NoiseMultiplier * 0.999999, plan.Rounds, 1e-6).Epsilon > 3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_round_event_keeps_its_value_through_the_ledger_format(string name)
    {
        PrivacyEvent e = Plan(name).RoundEvent;
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(PrivacyEventJson.Encode(e));
        Assert.Equal(e, PrivacyEventJson.Decode(document.RootElement));
        string other = System.Text.Encoding.UTF8.GetString(PrivacyEventJson.Encode(e)).Replace($"\"{e.Neighbours}\"", "\"Everybody\"", StringComparison.Ordinal);
        using System.Text.Json.JsonDocument wrong = System.Text.Json.JsonDocument.Parse(other);
        Assert.Throws<FormatException>(() => PrivacyEventJson.Decode(wrong.RootElement));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_ledger_charges_whole_runs_as_the_plan_promises_and_goes_on_after_a_restart(string name)
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plan(name);
        using (PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), plan))
        {
            for (int round = 0; round < plan.Rounds / 2; round++)
            {
                ledger.Charge(round);
            }
        }

        using PrivacyLedger resumed = PrivacyLedger.Open(folder.File(), plan);
        Assert.Equal((plan.Rounds / 2) - 1, resumed.LastRound);
        while (resumed.LastRound < plan.Rounds - 1)
        {
            Assert.True(resumed.CanCharge());
            resumed.Charge(resumed.LastRound + 1);
        }

        Assert.Equal(plan.Promise, resumed.Spent);
    }

    [Fact]
    public void A_ledger_refuses_a_plan_with_another_scheme()
    {
        foreach (string name in All)
        {
            using TemporaryFolder folder = new();
            PrivacyLedger.Create(folder.File(), Plan(name)).Dispose();
            foreach (string other in All.Where(other => other != name))
            {
                Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File(), Plan(other)).Dispose());
            }
        }
    }

    [Fact]
    public void A_ledger_refuses_a_plan_whose_cap_differs()
    {
        PrivacyPlan one = Plans.Builder().NoiseMultiplier(2).TruncatedPoisson(1000, 50, 120, 20).Build();
        PrivacyPlan other = Plans.Builder().NoiseMultiplier(2).TruncatedPoisson(1000, 50, 121, 20).Build();
        Assert.NotEqual(one.Hash, other.Hash);
    }

    [Fact]
    public void Plans_of_Poisson_sampling_keep_the_form_and_the_hash_that_they_had_before_other_schemes_came() =>
        Assert.Equal(
            """{"version":1,"unit":"Task","neighbours":"AddOrRemoveOne","private":true,"epsilon":3,"delta":1E-06,"clipNorm":1,"noiseMultiplier":1.5,"population":50000,"expectedLot":256,"rounds":2000}""",
            System.Text.Encoding.UTF8.GetString(PrivacyPlanJson.Encode(Plans.Builder().NoiseMultiplier(1.5).Build())));

    [Fact]
    public void Fixed_lots_need_noise_for_twice_the_clip_norm()
    {
        PrivacyPlan plan = Plan("FixedSize");
        FixedSizeSampledGaussianEvent e = Assert.IsType<FixedSizeSampledGaussianEvent>(plan.RoundEvent);
        Assert.Equal(plan.NoiseMultiplier / 2, e.NoiseMultiplier);
        Assert.Equal(NeighbouringRelation.ReplaceOne, plan.Neighbours);
        Assert.Contains("exchanging one for another", plan.Describe(), StringComparison.Ordinal);
        Assert.True(plan.NoiseMultiplier > 1.5 * Plan("Poisson").NoiseMultiplier);
    }

    [Fact]
    public void An_epoch_costs_what_one_Gaussian_release_costs()
    {
        PrivacyPlan plan = Plans.Builder().Cyclic(100, 10, epochs: 4).NoiseMultiplier(5).Build();
        RdpAccountant accountant = new(NeighbouringRelation.ReplaceWithNothing);
        accountant.Charge(new GaussianEvent(5) { Neighbours = NeighbouringRelation.ReplaceWithNothing }, 4);
        Assert.Equal(accountant.Spent(1e-6).Epsilon, plan.Promise.Epsilon);
        Assert.Equal(40, plan.Rounds);
        Assert.Equal(10, plan.Divisor);
        Assert.Equal(0, plan.AffordableRounds % 10);

        // The exact ε of four Gaussian releases of multiplier 5, μ = 2/5: the accountant may not fall below it.
        Assert.True(GaussianDelta(0.4, plan.Promise.Epsilon) <= 1e-6);
        Assert.True(GaussianDelta(0.4, plan.Promise.Epsilon / 1.1) > 1e-6);
    }

    [Fact]
    public void A_batch_done_again_or_out_of_order_is_charged_in_full()
    {
        PrivacyPlan plan = Plans.Builder().Cyclic(100, 10, epochs: 9).Build();
        using TemporaryFolder folder = new();
        using (PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), plan))
        {
            foreach ((long round, int epochs) in new[] { (0, 1), (1, 1), (5, 1), (5, 2), (6, 2), (3, 3), (4, 3), (17, 4), (18, 4), (11, 5), (2, 6) })
            {
                ledger.Charge(round);
                Assert.Equal(Epochs(plan, epochs), ledger.Spent.Epsilon);
            }
        }

        using PrivacyLedger resumed = PrivacyLedger.Open(folder.File(), plan);
        Assert.Equal(Epochs(plan, 6), resumed.Spent.Epsilon);
        Assert.Equal(18, resumed.LastRound);
        resumed.Charge(19);
        Assert.Equal(Epochs(plan, 7), resumed.Spent.Epsilon); // the pass that had reached 18 was left for round 2
    }

    [Fact]
    public void Another_release_opens_no_epoch()
    {
        PrivacyPlan plan = Plans.Builder().Cyclic(100, 10, epochs: 9).Build();
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        GaussianEvent evaluation = new(plan.NoiseMultiplier) { Neighbours = NeighbouringRelation.ReplaceWithNothing };
        ledger.Charge(evaluation, 0);
        ledger.Charge(1);
        Assert.Equal(Epochs(plan, 2), ledger.Spent.Epsilon);
        Assert.Throws<ArgumentException>(() => ledger.Charge(plan.RoundEvent, 10));
        Assert.Throws<ArgumentException>(() => ledger.Charge(new ComposedEvent(new CoveredEvent()), 10));
        Assert.Throws<ArgumentException>(() => ledger.Charge(new GaussianEvent(100), 1));
        Assert.Equal(Epochs(plan, 2), ledger.Spent.Epsilon);
    }

    [Fact]
    public void A_budget_ends_with_a_whole_epoch()
    {
        PrivacyPlan plan = Plans.Builder().Cyclic(100, 10, epochs: 9).NoiseMultiplier(4).Build();
        Assert.InRange(plan.AffordableRounds, 10, 80);
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        while (ledger.CanCharge())
        {
            ledger.Charge(ledger.LastRound + 1);
        }

        Assert.Equal(plan.AffordableRounds, ledger.LastRound + 1);
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(ledger.LastRound + 1));
    }

    [Fact]
    public void Costs_under_different_relations_do_not_add()
    {
        foreach ((string name, string other) in from name in All from other in All where Plan(name).Neighbours != Plan(other).Neighbours select (name, other))
        {
            RdpAccountant accountant = new(Plan(name).Neighbours);
            accountant.Charge(Plan(name).RoundEvent);
            double before = accountant.Spent(1e-6).Epsilon;
            Assert.Throws<ArgumentException>(() => accountant.Charge(Plan(other).RoundEvent));
            Assert.Throws<ArgumentException>(() => new ComposedEvent(Plan(name).RoundEvent, Plan(other).RoundEvent));
            Assert.Equal(before, accountant.Spent(1e-6).Epsilon);
        }
    }

    [Fact]
    public void Poisson_sampling_of_other_noise_than_gaussian_is_not_accounted_for_under_an_exchange() => Assert.Contains(
        "AddOrRemoveOne",
        Assert.Throws<ArgumentException>(() => new RdpAccountant(NeighbouringRelation.ReplaceOne).Charge(
            new PoissonSampledEvent(0.1, new LaplaceEvent(1) { Neighbours = NeighbouringRelation.ReplaceOne }))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_relation_that_the_sampling_does_not_have_is_refused_and_its_own_may_be_stated()
    {
        Assert.Contains("ReplaceOne", Assert.Throws<ArgumentException>(
            () => Plans.Builder().FixedSize(1000, 50, 10).Compare(NeighbouringRelation.AddOrRemoveOne).Build()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Plans.Builder().Compare(NeighbouringRelation.ReplaceOne).Build());
        Assert.Equal(
            NeighbouringRelation.ReplaceOne, Plans.Builder().FixedSize(1000, 50, 10).Compare(NeighbouringRelation.ReplaceOne).Build().Neighbours);
    }

    [Fact]
    public void Numbers_out_of_range_are_named_all_at_once()
    {
        string message = Assert.Throws<ArgumentException>(() => Plans.Builder().TruncatedPoisson(100, 200, 150, 0).Build()).Message;
        Assert.Contains("expectedLot", message, StringComparison.Ordinal);
        Assert.Contains("largestLot", message, StringComparison.Ordinal);
        Assert.Contains("rounds", message, StringComparison.Ordinal);
        Assert.Contains("epochs", Assert.Throws<ArgumentException>(() => Plans.Builder().Cyclic(100, 10, 0).Build()).Message, StringComparison.Ordinal);
        Assert.Contains("epochs", Assert.Throws<ArgumentException>(() => Plans.Builder().Cyclic(1_000_000, 1, 10_000).Build()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SamplingScheme.FixedSize(10, 11));
        Assert.Throws<ArgumentException>(() => SamplingScheme.Cyclic(0, 1));
    }

    [Fact]
    public void Samplers_refuse_a_number_of_units_that_the_account_does_not_hold_for()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan("FixedSize").CreateSampler(999));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan("FixedSize").CreateSampler(1001));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan("TruncatedPoisson").CreateSampler(1001));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plan("Cyclic").CreateSampler(1001));
        Plan("TruncatedPoisson").CreateSampler(999).Dispose();
        Plan("Cyclic").CreateSampler(999).Dispose();
    }

    [Fact]
    public void Every_scheme_makes_its_own_sampler_and_states_its_largest_lot()
    {
        foreach ((string name, Type sampler, int largest) in new[]
        {
            ("Poisson", typeof(PoissonSampler), 1000),
            ("TruncatedPoisson", typeof(TruncatedPoissonSampler), 120),
            ("FixedSize", typeof(FixedSizeSampler), 50),
            ("Cyclic", typeof(CyclicSampler), 50),
        })
        {
            using ISampler made = Plan(name).CreateSampler(1000);
            Assert.IsType(sampler, made);
            Assert.Equal(largest, Plan(name).Sampling.LargestLot);
            Assert.Equal(50, Plan(name).Divisor);
            List<int> lot = [];
            made.Sample(0, lot);
            Assert.InRange(lot.Count, 0, largest);
        }
    }

    [Fact]
    public void A_cap_that_delta_cannot_pay_for_is_warned_about()
    {
        Assert.Empty(Plan("TruncatedPoisson").Warnings);
        Assert.Contains("largest lot", Assert.Single(Plans.Builder().TruncatedPoisson(1000, 50, 60, 20).Build().Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Plans_without_privacy_may_sample_by_any_scheme()
    {
        PrivacyPlan plan = PrivacyPlan.None(PrivacyUnit.Task, SamplingScheme.Cyclic(100, 10), 25);
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        ledger.Charge(0);
        ledger.Charge(1);
        Assert.Equal(double.PositiveInfinity, ledger.Spent.Epsilon);
        Assert.Contains("NO PRIVACY", plan.Describe(), StringComparison.Ordinal);
    }

    private static double Epochs(PrivacyPlan plan, int epochs) => Accountant.Spent(plan.Sampling, plan.NoiseMultiplier, 10L * epochs, 1e-6).Epsilon;

    private static PrivacyPlan Plan(string name) => Built[name];

    /// <summary>δ of N(0,1) against N(μ,1) at ε (Balle and Wang 2018, theorem 8).</summary>
    private static double GaussianDelta(double mu, double epsilon) =>
        NormalDistribution.Cumulative((mu / 2) - (epsilon / mu)) - (Math.Exp(epsilon) * NormalDistribution.Cumulative((-mu / 2) - (epsilon / mu)));
}
