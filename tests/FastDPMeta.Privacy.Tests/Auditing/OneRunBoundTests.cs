using System.Numerics;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Auditing;

namespace FastDPMeta.Privacy.Tests.Auditing;

public sealed class OneRunBoundTests
{
    /// <summary>The theorem in exact fractions: e^ε = 3 makes the accuracy of randomised response ¾, and every mass of the binomial a fraction of powers of 4.</summary>
    [Theory]
    [InlineData(100, 40, 37, 0.0)]
    [InlineData(100, 40, 37, 1e-4)]
    [InlineData(100, 40, 31, 1e-5)]
    [InlineData(1000, 200, 170, 1e-6)]
    [InlineData(1000, 200, 199, 1e-3)]
    [InlineData(50, 50, 50, 1e-2)]
    [InlineData(50, 20, 0, 1e-2)]
    [InlineData(20, 1, 1, 0.1)]
    public void The_chance_of_so_many_right_guesses_is_that_of_exact_arithmetic(int canaries, int guesses, int correct, double delta)
    {
        double tail = Exact(guesses, correct, guesses);
        double steepest = Enumerable.Range(1, correct).Select(i => Exact(guesses, correct - i, correct - 1) / i).DefaultIfEmpty(0).Max();
        double expected = Math.Min(1, tail + (2 * canaries * delta * steepest));
        double actual = OneRunBound.PValue(canaries, guesses, correct, Math.Log(3), delta);
        Assert.InRange(actual, expected * (1 - 1e-12), (expected * (1 + 1e-7)) + 1e-300);
    }

    /// <summary>With δ = 0 and all guesses right, q^r = 0.05 has the solution ε = -log(0.05^{-1/r} - 1): r guesses show log(r/3) at most, about.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(10000)]
    public void All_guesses_right_show_as_much_as_their_number_allows(int guesses)
    {
        double bound = OneRunBound.EpsilonLowerBound(guesses, guesses, guesses, 0, 0.95);
        Assert.Equal(-Math.Log(Math.Pow(0.05, -1.0 / guesses) - 1), bound, 1e-8);
        Assert.Equal(Math.Log(guesses / 3.0), bound, 0.16);
    }

    [Fact]
    public void The_bound_is_where_the_chance_reaches_the_level_and_falls_with_delta_and_confidence()
    {
        double bound = OneRunBound.EpsilonLowerBound(1000, 200, 180, 1e-5, 0.95);
        Assert.InRange(bound, 1.5, Math.Log(9));
        Assert.True(OneRunBound.PValue(1000, 200, 180, bound, 1e-5) < 0.05);
        Assert.True(OneRunBound.PValue(1000, 200, 180, bound + 1e-6, 1e-5) >= 0.05);
        Assert.True(OneRunBound.EpsilonLowerBound(1000, 200, 180, 1e-4, 0.95) < bound);
        Assert.True(OneRunBound.EpsilonLowerBound(1000, 200, 180, 1e-5, 0.99) < bound);
        Assert.True(OneRunBound.EpsilonLowerBound(1000, 200, 185, 1e-5, 0.95) > bound);
        Assert.Equal(0, OneRunBound.EpsilonLowerBound(1000, 200, 100, 1e-5, 0.95));
        Assert.Equal(0, OneRunBound.EpsilonLowerBound(1000, 0, 0, 0, 0.95));
    }

    /// <summary>Randomised response meets ε with equality: no mechanism of that ε is easier to guess. The bound errs in at most 5 % of audits: of 2,000
    /// some 90, for counts are whole, and 40 to 145 lie more than five standard deviations around that.</summary>
    [Fact]
    public void The_bound_is_seldom_wrong_for_randomised_response_and_comes_close()
    {
        using RandomKey key = RandomKey.UnsafeFixed(60);
        using RandomStream random = new(key);
        const double Epsilon = 1.2;
        double accuracy = 1 / (1 + Math.Exp(-Epsilon));
        int wrong = 0;
        double sum = 0;
        for (int audit = 0; audit < 2000; audit++)
        {
            int correct = Enumerable.Range(0, 500).Count(_ => random.Bernoulli(accuracy));
            double bound = OneRunBound.EpsilonLowerBound(500, 500, correct, 0, 0.95);
            wrong += bound > Epsilon ? 1 : 0;
            sum += bound;
        }

        Assert.InRange(wrong, 40, 145);
        Assert.InRange(sum / 2000, 0.95, 1.1);
    }

    [Fact]
    public void Intervals_of_Clopper_and_Pearson_are_those_of_tables()
    {
        // 10 of 100 at 95 % two-sided: 0.0490 to 0.1762; 0 of 30: 0 to 0.1157 (the usual tables).
        Assert.Equal(0.1762, BinomialBounds.Upper(100, 10, 0.025), 5e-5);
        Assert.Equal(0.0490, BinomialBounds.Lower(100, 10, 0.025), 5e-5);
        Assert.Equal(1 - Math.Pow(0.025, 1.0 / 30), BinomialBounds.Upper(30, 0, 0.025), 1e-10);
        Assert.Equal(0, BinomialBounds.Lower(30, 0, 0.025));
        Assert.Equal(1, BinomialBounds.Upper(30, 30, 0.025));
    }

    [Fact]
    public void Counts_of_many_runs_rule_out_what_their_intervals_do()
    {
        double bound = MultiRunBound.EpsilonLowerBound(1000, 700, 1000, 100, 0, 0.95);
        double hits = BinomialBounds.Lower(1000, 700, 0.025), wrong = BinomialBounds.Upper(1000, 100, 0.025);
        Assert.Equal(Math.Log(hits / wrong), bound, 1e-12);
        Assert.Equal(Math.Log((hits - 0.1) / wrong), MultiRunBound.EpsilonLowerBound(1000, 700, 1000, 100, 0.1, 0.95), 1e-12);

        // What is told by absence counts as much as what is told by presence.
        Assert.Equal(bound, MultiRunBound.EpsilonLowerBound(1000, 900, 1000, 300, 0, 0.95), 1e-12);
        Assert.Equal(0, MultiRunBound.EpsilonLowerBound(1000, 100, 1000, 100, 0, 0.95));
        double[] scores = [3, 2, 1, 0];
        Assert.Equal(MultiRunBound.EpsilonLowerBound(2, 1, 2, 1, 0, 0.5), MultiRunBound.Of(scores, [true, false, true, false], 1.5, 0, 0.5));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => OneRunBound.PValue(10, 11, 1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => OneRunBound.PValue(10, 5, 6, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => OneRunBound.PValue(10, 5, 5, double.NaN, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => OneRunBound.EpsilonLowerBound(10, 5, 5, double.NaN, 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => OneRunBound.EpsilonLowerBound(10, 5, 5, 0, 1));
        Assert.Throws<ArgumentException>(() => OneRunBound.Of([1, double.NaN], [true, false], 0, 0.9));
        Assert.Throws<ArgumentException>(() => OneRunBound.Of([1], [true, false], 0, 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiRunBound.EpsilonLowerBound(10, 11, 5, 5, 0, 0.9));
        Assert.Throws<ArgumentException>(() => LikelihoodRatioAttack.Ratios([[1]], [[true]]));
    }

    [Fact]
    public void Membership_figures_are_those_of_a_small_example_and_ties_count_half()
    {
        MembershipReport report = MembershipReport.Of([4, 3, 2, 1, 1], [true, false, true, true, false], 1, 1e-5);
        Assert.Equal((3, 2), (report.Members, report.Others));
        Assert.Equal((2 + 1 + 0.5) / 6, report.AreaUnderCurve, 1e-12); // 4 beats two, 2 beats one, one tie
        Assert.Equal(1.0 / 3, report.Advantage, 1e-12);
        Assert.Equal(1.0 / 3, report.Rates[0].TruePositiveRate, 1e-12);
        Assert.Equal((Math.E * 0.001) + 1e-5, report.Rates[0].Ceiling, 1e-12);
        Assert.Equal(1, MembershipReport.Ceiling(0.5, double.PositiveInfinity, 0));
        Assert.Equal(0.5, MembershipReport.Of([1, 1], [true, false], 1, 0).AreaUnderCurve);
    }

    [Fact]
    public void Likelihood_ratios_learn_what_a_unit_scores_with_and_without_it()
    {
        // Unit 0 scores about 10 when in and 0 when out; unit 1 the other way round; unit 2 tells nothing.
        bool[][] included = [[true, true, true], [false, false, false], [true, false, true], [false, true, false], [true, true, false], [false, false, true]];
        double[][] scores = [.. included.Select((run, i) => new[] { (run[0] ? 10 : 0) + (0.1 * i), (run[1] ? 0 : 10) - (0.1 * i), 5 + (0.1 * (i % 2)) })];
        double[][] ratios = LikelihoodRatioAttack.Ratios(scores, included);
        for (int run = 0; run < 6; run++)
        {
            Assert.Equal(included[run][0], ratios[run][0] > 1);
            Assert.Equal(included[run][1], ratios[run][1] > 1);
            Assert.InRange(ratios[run][2], -1, 1);
        }
    }

    private static double Exact(int trials, int from, int to)
    {
        BigInteger sum = 0;
        BigInteger choose = 1;
        for (int k = 0; k <= to; k++)
        {
            sum += k >= from ? choose * BigInteger.Pow(3, k) : 0;
            choose = choose * (trials - k) / (k + 1);
        }

        BigInteger whole = BigInteger.Pow(4, trials);
        return sum.IsZero ? 0 : Math.Exp(BigInteger.Log(sum) - BigInteger.Log(whole));
    }
}
