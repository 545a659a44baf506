using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Ledger;

public sealed class SharedLedgerTests
{
    private static SharedBudget Terms(double epsilon = 3) => new(PrivacyUnit.Task, NeighbouringRelation.AddOrRemoveOne, new PrivacyBudget(epsilon, 1e-6));

    [Fact]
    public void Charges_of_all_analysts_add_up_and_each_is_told_its_own()
    {
        using TemporaryFolder folder = new();
        using SharedLedger first = SharedLedger.Create(folder.File(), Terms());
        using SharedLedger second = SharedLedger.Open(folder.File());
        first.Charge("ada", new GaussianEvent(10));
        second.Charge("ben \"b\"\n", new GaussianEvent(12));
        first.Charge("ada", new GaussianEvent(14));

        double divergence = first.Terms.Order / 2 * ((1 / 100.0) + (1 / 144.0) + (1 / 196.0));
        Assert.Equal(RdpConversion.Epsilon(first.Terms.Order, divergence, 1e-6), first.Spent.Epsilon, 1e-12);
        Assert.Equal(3, first.Spent.Releases);
        Assert.Equal(2, first.SpentBy("ada").Releases);
        Assert.Equal(1, first.SpentBy("ben \"b\"\n").Releases);
        Assert.Equal(0, first.SpentBy("eve").Epsilon);
        using SharedLedger third = SharedLedger.Open(folder.File());
        Assert.Equal(first.Spent, third.Spent);
        Assert.Equal(first.Head, third.Head);
    }

    [Fact]
    public void The_budget_is_one_for_all()
    {
        using TemporaryFolder folder = new();
        using SharedLedger first = SharedLedger.Create(folder.File(), Terms());
        using SharedLedger second = SharedLedger.Open(folder.File());
        GaussianEvent release = new(4);
        int charged = 0;
        for (; second.CanCharge(release); charged++)
        {
            first.Charge("ada", release);
        }

        Assert.True(charged > 0);
        long length = new FileInfo(folder.File()).Length;
        PrivacyBudgetException error = Assert.Throws<PrivacyBudgetException>(() => second.Charge("ben", release));
        Assert.True(error.Spent.Epsilon <= 3 && error.RefusedEpsilon > 3);
        Assert.Equal(length, new FileInfo(folder.File()).Length);
        second.Charge("ben", new GaussianEvent(1e6)); // what still fits is taken
    }

    [Fact]
    public void The_order_fixed_beforehand_costs_little_for_gaussian_releases()
    {
        foreach (double epsilon in new[] { 0.1, 1, 3, 10 })
        {
            SharedBudget terms = Terms(epsilon);
            RdpAccountant best = new();
            RdpAccountant one = new([terms.Order]);
            double noise = Accountant.NoiseMultiplier(1, 1, epsilon, 1e-6);
            best.Charge(new GaussianEvent(noise));
            one.Charge(new GaussianEvent(noise));
            Assert.InRange(one.Spent(1e-6).Epsilon / best.Spent(1e-6).Epsilon, 1 - 1e-9, 1.001);
        }
    }

    [Fact]
    public void Two_models_train_on_one_budget_and_stop_when_it_is_spent()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds(40);
        using SharedLedger shared = SharedLedger.Create(folder.File(), new SharedBudget(plan.Unit, plan.Neighbours, plan.Budget, plan.Promise.Order));
        using PrivacyLedger ada = shared.Draw("ada", plan);
        using SharedLedger sameFile = SharedLedger.Open(folder.File());
        using PrivacyLedger ben = sameFile.Draw("ben", Plans.FewRounds(30));
        int rounds = 0;
        while (ada.CanCharge() && ben.CanCharge())
        {
            ada.Charge(ada.LastRound + 1);
            if (ben.CanCharge())
            {
                ben.Charge(ben.LastRound + 1);
            }

            rounds++;
        }

        Assert.InRange(rounds, 10, 29); // neither got its whole plan
        Assert.True(ada.Spent.Epsilon < plan.Budget.Epsilon);
        using SharedLedger after = SharedLedger.Open(folder.File());
        Assert.True(after.Spent.Epsilon <= 3);

        // A resumed draw goes on where the analyst's plan ended, and another analyst's rounds are not its own.
        using PrivacyLedger again = after.Draw("ada", plan);
        Assert.Equal(ada.LastRound, again.LastRound);
        Assert.Equal(ada.Spent.Epsilon, again.Spent.Epsilon, 1e-12);
        Assert.Equal(-1, after.Draw("eve", plan).LastRound);
    }

    [Fact]
    public void What_does_not_add_is_refused()
    {
        using TemporaryFolder folder = new();
        using SharedLedger shared = SharedLedger.Create(folder.File(), Terms());
        Assert.Throws<ArgumentException>(() => shared.Charge("ada", new GaussianEvent(9) { Neighbours = NeighbouringRelation.ReplaceOne }));
        Assert.Throws<ArgumentException>(() => shared.Charge("ada", new EpochGaussianEvent(4, 9)));
        Assert.Throws<ArgumentException>(() => shared.Charge("", new GaussianEvent(9)));
        Assert.Throws<ArgumentException>(() => shared.Draw("ada", Plans.Builder().Protect(PrivacyUnit.Example).Build()));
        Assert.Throws<ArgumentException>(() => shared.Draw("ada", PrivacyPlan.None(PrivacyUnit.Task, 100, 10, 5)));
        Assert.Throws<PrivacyBudgetException>(() => shared.Charge("ada", new NonPrivateEvent()));
        Assert.Throws<ArgumentException>(() => Terms(double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => Terms(0));
        Assert.Throws<ArgumentException>(() => new SharedBudget(PrivacyUnit.Task, NeighbouringRelation.AddOrRemoveOne, new PrivacyBudget(3, 1e-6), 1));
        Assert.Equal(0, shared.Spent.Epsilon);
    }

    [Fact]
    public void Ledgers_of_the_two_kinds_are_not_taken_for_one_another_and_later_formats_are_named()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        SharedLedger.Create(folder.File("shared"), Terms()).Dispose();
        PrivacyLedger.Create(folder.File("own"), plan).Dispose();
        Assert.Contains("SharedLedger.Open", Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File("shared"), plan)).Message, StringComparison.Ordinal);
        Assert.Contains("PrivacyLedger.Open", Assert.Throws<LedgerException>(() => SharedLedger.Open(folder.File("own"))).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("own"), File.ReadAllText(folder.File("own")).Replace("{\"v\":1,", "{\"v\":7,", StringComparison.Ordinal));
        Assert.Contains("format 7", Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File("own"), plan)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_charges_nothing_and_the_ledger_goes_on_when_there_is_room()
    {
        FailingLedgerStore store = new(capacity: 10_000);
        SharedLedger.Begin(store, Terms(), TimeProvider.System, witnessed: false);
        SharedLedger shared = SharedLedger.Open("full", () => store, TimeProvider.System, witnessed: false);
        shared.Charge("ada", new GaussianEvent(20));
        store.Capacity = store.Length + 50;
        Assert.Contains("No space left", Assert.Throws<LedgerException>(() => shared.Charge("ada", new GaussianEvent(20))).Message, StringComparison.Ordinal);
        store.Capacity = 10_000;
        shared.Charge("ben", new GaussianEvent(20));
        Assert.Equal(2, SharedLedger.Open("full", () => store, TimeProvider.System, witnessed: false).Spent.Releases);
        Assert.Equal(2, shared.Spent.Releases);
    }

    [Fact]
    public void A_file_put_back_while_it_is_in_use_is_refused()
    {
        using TemporaryFolder folder = new();
        using SharedLedger shared = SharedLedger.Create(folder.File(), Terms());
        shared.Charge("ada", new GaussianEvent(20));
        byte[] old = File.ReadAllBytes(folder.File());
        shared.Charge("ada", new GaussianEvent(20));
        File.WriteAllBytes(folder.File(), old);
        Assert.Contains("older copy", Assert.Throws<LedgerException>(() => shared.Charge("ada", new GaussianEvent(20))).Message, StringComparison.Ordinal);
        File.Delete(folder.File());
        Assert.Throws<LedgerException>(() => shared.Charge("ada", new GaussianEvent(20)));
    }

    [Fact]
    public void A_witness_that_was_given_once_must_be_given_again()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        using (PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), folder.File("witness"), plan))
        {
            ledger.Charge(0);
            Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File("witness"), plan)); // it is locked, too
        }

        Assert.Equal(File.ReadAllBytes(folder.File()), File.ReadAllBytes(folder.File("witness")));
        Assert.Contains("Name the witness", Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File(), plan)).Message, StringComparison.Ordinal);
        Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File(), folder.File("absent"), plan));
        Assert.Throws<LedgerException>(() => PrivacyLedger.Open(folder.File(), folder.File(), plan));
        using PrivacyLedger again = PrivacyLedger.Open(folder.File(), folder.File("witness"), plan);
        Assert.Equal(0, again.LastRound);
    }

    [Fact]
    public void A_head_noted_elsewhere_is_found_again_until_the_ledger_is_put_back()
    {
        using TemporaryFolder folder = new();
        PrivacyPlan plan = Plans.FewRounds();
        LedgerHead early, late;
        using (PrivacyLedger ledger = PrivacyLedger.Create(folder.File(), plan))
        {
            ledger.Charge(0);
            early = ledger.Head;
        }

        byte[] old = File.ReadAllBytes(folder.File());
        using (PrivacyLedger ledger = PrivacyLedger.Open(folder.File(), plan))
        {
            ledger.Charge(1);
            late = ledger.Head;
            Assert.True(ledger.Contains(early) && ledger.Contains(late));
        }

        Assert.True(LedgerHead.TryParse(late.ToString(), out LedgerHead parsed));
        Assert.Equal(late, parsed);
        Assert.False(LedgerHead.TryParse("3:xyz", out _) || LedgerHead.TryParse(null, out _) || LedgerHead.TryParse("-1:" + late.Hash, out _));
        File.WriteAllBytes(folder.File(), old);
        using PrivacyLedger back = PrivacyLedger.Open(folder.File(), plan);
        Assert.True(back.Contains(early));
        Assert.False(back.Contains(late));
        back.Charge(1);
        Assert.False(back.Contains(late)); // the same round, at another time
    }
}
