using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Tests.Accounting;

public sealed class FilterTests
{
    [Fact]
    public void A_filter_takes_events_until_its_budget_ends_and_what_it_took_is_within_the_budget()
    {
        PrivacyFilter filter = new(2, 1e-6);
        List<PrivacyEvent> taken = [];
        double noise = 4;
        while (true)
        {
            // The next noise depends on what came before: allowed by a filter, and by nothing else here.
            PrivacyEvent next = taken.Count % 3 == 0 ? new PoissonSampledGaussianEvent(0.05, noise) : new GaussianEvent(noise * 5);
            if (!filter.TryCharge(next))
            {
                break;
            }

            taken.Add(next);
            noise *= taken.Count % 2 == 0 ? 0.99 : 1.001;
        }

        Assert.InRange(filter.Spent, 0.8 * filter.Budget, filter.Budget);
        RdpAccountant all = new();
        taken.ForEach(e => all.Charge(e));
        Assert.InRange(all.Spent(1e-6).Epsilon, 1.5, 2);
    }

    [Fact]
    public void A_filter_is_exactly_the_conversion_at_its_order()
    {
        PrivacyFilter filter = new(1, 1e-5, order: 12);
        Assert.Equal(1, RdpConversion.Epsilon(12, filter.Budget, 1e-5), 1e-9);
        Assert.True(RdpConversion.Epsilon(12, filter.Budget, 1e-5) <= 1);
        Assert.Throws<ArgumentException>(() => new PrivacyFilter(1, 1e-5, order: 1.5));
        Assert.ThrowsAny<ArgumentException>(() => new PrivacyFilter(double.NaN, 1e-5));
        Assert.ThrowsAny<ArgumentException>(() => new PrivacyFilter(1, 1e-5, order: 1));
    }

    /// <summary>The default order allows as many equal Gaussian releases as there are at the best fixed order for them.</summary>
    [Fact]
    public void The_default_order_suits_gaussian_noise()
    {
        PrivacyFilter filter = new(3, 1e-6);
        long taken = 0;
        while (filter.TryCharge(new GaussianEvent(40)))
        {
            taken++;
        }

        long most = Calibration.Steps(new GaussianEvent(40), 3, 1e-6);
        Assert.InRange(taken, (long)(0.999 * most) - 1, most);
    }

    [Fact]
    public void An_odometer_is_never_below_the_fixed_account_and_rises_with_charges()
    {
        PrivacyOdometer odometer = new(1e-6);
        Assert.Equal(0, odometer.Epsilon());
        RdpAccountant fixedAccount = new();
        double before = 0;
        for (int i = 0; i < 200; i++)
        {
            PrivacyEvent e = new PoissonSampledGaussianEvent(0.02, 1 + (i % 5));
            odometer.Charge(e);
            fixedAccount.Charge(e);
            double now = odometer.Epsilon();
            Assert.True(now >= before && now >= fixedAccount.Spent(1e-6).Epsilon);
            before = now;
        }

        Assert.True(before < 6 * fixedAccount.Spent(1e-6).Epsilon);
        odometer.Charge(new NonPrivateEvent());
        Assert.Equal(double.PositiveInfinity, odometer.Epsilon());
    }

    [Fact]
    public void Holders_cannot_spend_the_shares_of_others_nor_all_together_more_than_the_budget()
    {
        PrivacyFilter budget = new(2, 1e-6);
        SharedFilter shared = new(budget, new Dictionary<string, double> { ["first"] = 0.25, ["second"] = 0.75 });
        GaussianEvent release = new(30);
        (int first, int second) = (0, 0);
        while (shared.TryCharge("first", release))
        {
            first++;
        }

        Assert.True(shared.SpentShare("first") <= 1 && shared.SpentShare("second") == 0);
        while (shared.TryCharge("second", release))
        {
            second++;
        }

        Assert.InRange(second, (3 * first) - 3, (3 * first) + 3);
        Assert.True(budget.Spent <= budget.Budget);
        Assert.Throws<ArgumentException>(() => shared.TryCharge("third", release));
        Assert.Throws<ArgumentException>(() => new SharedFilter(new PrivacyFilter(1, 1e-6), new Dictionary<string, double> { ["a"] = 0.7, ["b"] = 0.7 }));
    }

    [Fact]
    public void Phases_share_one_budget_that_their_composition_meets()
    {
        Func<double, PrivacyEvent>[] phases =
        [
            noise => new SelfComposedEvent(new PoissonSampledGaussianEvent(0.01, noise), 500),
            noise => new GaussianEvent(noise),
        ];
        IReadOnlyList<double> noises = BudgetSplit.NoiseMultipliers(phases, [1, 8], 2, 1e-6);
        Assert.Equal(8 * noises[0], noises[1], 1e-9);
        PrivacyEvent all = new ComposedEvent(phases[0](noises[0]), phases[1](noises[1]));
        Assert.InRange(Accountant.Certify(all, 1e-6).Upper, 2 * (1 - 1e-6), 2);
        Assert.ThrowsAny<ArgumentException>(() => BudgetSplit.NoiseMultipliers(phases, [1], 2, 1e-6));
    }
}
