using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Frontiers;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Tests.Ledger;

namespace FastDPMeta.Privacy.Tests.Frontiers;

public sealed class PrivacyFrontierTests
{
    [Fact]
    public void Gaussian_trainings_together_are_one_Gaussian_release_of_less_noise()
    {
        // Two keys at two budgets: four releases of multipliers 4, 4, 2, 2 are one of (1/16 + 1/16 + 1/4 + 1/4)^-1/2.
        FrontierDesign design = FrontierCases.Design(1, 3);
        PrivacyFrontier frontier = new(design, [.. design.Cells.Select(cell => FrontierCases.Run(cell, noise: cell.Epsilon == 1 ? 4 : 2))]);
        EpsilonInterval one = Accountant.Certify(new GaussianEvent(Math.Sqrt(1.6)), FrontierCases.Delta);
        Assert.InRange(frontier.Together!.Value.Upper, one.Lower, one.Upper * (1 + 1e-6));
        Assert.InRange(frontier.Together!.Value.Lower, one.Lower * (1 - 1e-6), one.Upper);
    }

    [Fact]
    public void Together_spends_more_than_any_training_or_budget_and_less_than_their_sum()
    {
        FrontierDesign design = FrontierCases.Design(0.5, 2, 8);
        FrontierRun Trained(FrontierCell cell)
        {
            PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(cell.Epsilon, FrontierCases.Delta)).Poisson(2000, 50, 300).ClipTo(1).Build();
            return FrontierCases.Run(cell) with { EpsilonSpent = plan.Promise.Epsilon, Released = plan.Sampling.Released(plan.NoiseMultiplier, plan.Rounds) };
        }

        PrivacyFrontier frontier = new(design, [.. design.Cells.Select(Trained)]);
        double together = frontier.Together!.Value.Lower;
        Assert.All(frontier.Runs, run => Assert.True(together > run.EpsilonSpent));
        Assert.All(frontier.Points, point => Assert.True(together > point.Together!.Value.Upper && point.Together.Value.Lower > point.Epsilon));
        Assert.True(together > frontier.Alone!.Value.Upper && frontier.Alone.Value.Upper <= frontier.Runs.Max(run => run.EpsilonSpent));
        Assert.True(frontier.Together.Value.Upper < frontier.SumOfEpsilons);
        Assert.False(frontier.HasUnprotected);
    }

    [Fact]
    public void Points_rise_with_the_budget_and_hold_the_mean_over_keys()
    {
        FrontierDesign design = FrontierCases.Design(double.PositiveInfinity, 8, 1);
        PrivacyFrontier frontier = new(design, [.. design.Cells.Reverse().Select(cell => FrontierCases.Run(cell))]);
        Assert.Equal([1, 8, double.PositiveInfinity], frontier.Points.Select(point => point.Epsilon));
        Assert.Equal(0.5115, frontier.Points[0].Value.Mean, 1e-12);
        Assert.Equal(Math.Tan(0.475 * Math.PI) * 0.0005, frontier.Points[0].Value.HalfWidth, 1e-9);
        Assert.Equal(("untrained", 2), (frontier.Baselines[0].Name, design.Keys.Count));
        Assert.Equal(0.15, Assert.Single(frontier.Baselines).Value.Mean, 1e-12);
    }

    [Fact]
    public void Trainings_without_privacy_have_no_bound_and_are_said_to_have_none()
    {
        FrontierDesign design = FrontierCases.Design(double.PositiveInfinity);
        PrivacyFrontier frontier = new(design, [.. design.Cells.Select(cell => FrontierCases.Run(cell))]);
        Assert.Null(frontier.Together);
        Assert.Null(frontier.Alone);
        Assert.Null(frontier.Points[0].Together);
        Assert.True(frontier.HasUnprotected);
        Assert.Equal(0, frontier.SumOfEpsilons);
    }

    [Fact]
    public void Trainings_under_different_relations_do_not_compose()
    {
        FrontierDesign design = FrontierCases.Design(1);
        FrontierRun[] runs = [.. design.Cells.Select(cell => FrontierCases.Run(cell))];
        runs[1] = runs[1] with { Released = new GaussianEvent(2) { Neighbours = NeighbouringRelation.ReplaceOne } };
        Assert.Throws<ArgumentException>(() => new PrivacyFrontier(design, runs));
        Assert.Throws<ArgumentException>(() => new PrivacyFrontier(design, []));
    }

    [Fact]
    public void A_training_counts_as_its_ledger_has_it_rounds_charged_twice_included()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("privacy.ledger");
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(3, FrontierCases.Delta)).Poisson(1000, 100, 50).ClipTo(1).Build();
        double spent;
        using (PrivacyLedger ledger = PrivacyLedger.Create(path, plan))
        {
            foreach (long round in (long[])[0, 1, 2, 2])
            {
                ledger.Charge(round);
            }

            spent = ledger.Spent.Epsilon;
            Assert.Throws<LedgerException>(() => FrontierRun.FromLedger(new FrontierCell(3, 1), "accuracy", 0.9, 1, path));
        }

        FrontierRun run = FrontierRun.FromLedger(new FrontierCell(3, 1), "accuracy", 0.9, 1, path);
        Assert.Equal(spent, run.EpsilonSpent);
        Assert.Equal(new ComposedEvent([new SelfComposedEvent(plan.RoundEvent, 4)]), run.Released);
    }
}
