using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using Xunit.Abstractions;
using static FastDPMeta.Privacy.Tests.Accounting.ReferenceVectors;

namespace FastDPMeta.Privacy.Tests.Accounting.Events;

/// <summary>Trees, matrices, shuffling, selection and groups.</summary>
public sealed class MechanismTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void Restarted_trees_have_the_sensitivity_and_the_epsilon_of_the_truth()
    {
        int compared = 0;
        foreach (JsonElement c in Cases("dp_ftrl_restart"))
        {
            JsonElement given = c.GetProperty("given");
            RepeatedTreeEvent e = new(
                Number(given, "noise_multiplier"),
                given.GetProperty("batches_per_epoch").GetInt32(),
                given.GetProperty("tree_completion").GetBoolean(),
                [.. given.GetProperty("epochs_between_restarts").EnumerateArray().Select(item => item.GetInt32())]);
            Assert.Equal((long)Expected(c, "truth", "sensitivity_squared")!.Value, e.SquaredSensitivity);
            EpsilonInterval interval = Accountant.Certify(e, Number(c, "delta"));
            Assert.InRange(Expected(c, "truth")!.Value, interval.Lower - 1e-9, interval.Upper + 1e-9);
            compared++;
        }

        Assert.Equal(2, compared);
    }

    /// <summary>Against all nodes of all trees written out.</summary>
    [Theory]
    [InlineData(3, 2, false)]
    [InlineData(5, 3, true)]
    [InlineData(8, 4, true)]
    [InlineData(7, 5, false)]
    [InlineData(1, 6, true)]
    public void A_tree_is_as_sensitive_as_its_nodes_written_out(int batches, int epochs, bool completed)
    {
        int steps = batches * epochs;
        int leaves = completed ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)steps) : steps;
        long largest = 0;
        for (int batch = 0; batch < batches; batch++)
        {
            long sum = 0;
            for (int width = 1; width <= leaves; width *= 2)
            {
                for (int start = 0; start + width <= leaves; start += width)
                {
                    int occurrences = Enumerable.Range(0, epochs).Count(epoch => (epoch * batches) + batch >= start && (epoch * batches) + batch < start + width);
                    sum += (long)occurrences * occurrences;
                }
            }

            largest = Math.Max(largest, sum);
        }

        Assert.Equal(largest, new RepeatedTreeEvent(1, batches, completed, epochs).SquaredSensitivity);
    }

    [Fact]
    public void A_matrix_is_as_sensitive_as_its_worst_pattern_and_never_less()
    {
        foreach ((double[] column, int steps, int participations, int separation, bool exact) in new[]
        {
            ([1], 6, 3, 2, true), ([1, 0.5, 0.25], 8, 1, 1, true), ([1, 0.5, 0.25], 9, 3, 3, true), ([1, 0.5, 0.25, 0.1], 8, 3, 2, false), (new[] { 1, -0.7, 0.3 }, 7, 2, 1, false),
        })
        {
            double worst = Patterns(steps, participations, separation).Max(pattern => SquaredNorm(column, steps, pattern));
            double bound = new MatrixFactorizationEvent(1, [.. column], steps, participations, separation).Sensitivity;
            output.WriteLine($"{bound * bound:r} against {worst:r}");
            Assert.True(bound * bound >= worst * (1 - 1e-12));
            Assert.True(bound * bound <= worst * (exact ? 1 + 1e-9 : 1.6));
        }
    }

    [Fact]
    public void Banded_matrices_are_rounds_within_groups() => Assert.Equal(
        Accountant.Certify(new SelfComposedEvent(new PoissonSampledGaussianEvent(0.1, 2), 250), 1e-5),
        Accountant.Certify(new BandedMatrixEvent(2, 4, 1000, 0.1), 1e-5));

    [SkippableFact]
    public void Shuffled_reports_lie_within_the_numbers_of_the_authors()
    {
        int compared = 0;
        foreach (JsonElement c in Cases("shuffling"))
        {
            JsonElement given = c.GetProperty("given");
            EpsilonInterval interval = Accountant.Certify(new ShuffledEvent(given.GetProperty("reports").GetInt32(), Number(given, "local_epsilon")), Number(c, "delta"));
            output.WriteLine($"{Text(c, "id")}: [{interval.Lower:r}, {interval.Upper:r}]");
            Assert.True(interval.Width <= 1e-3);
            Assert.True(interval.Upper <= Expected(c, "feldman_mcmillan_talwar_2021", "numerical_upper"));
            Assert.True(interval.Upper >= Expected(c, "feldman_mcmillan_talwar_2021", "numerical_lower"));
            compared++;
        }

        Assert.Equal(2, compared);
    }

    /// <summary>Few reports: every outcome with its probability under both neighbours, summed by hand.</summary>
    [Theory]
    [InlineData(1, 0.7)]
    [InlineData(2, 1.0)]
    [InlineData(12, 2.0)]
    [InlineData(40, 0.5)]
    public void The_delta_of_few_shuffled_reports_is_that_of_all_outcomes(int reports, double localEpsilon)
    {
        double p = Math.Exp(localEpsilon) / (1 + Math.Exp(localEpsilon));
        foreach (double epsilon in new[] { 0, 0.05, 0.3, 0.49, 0.69 })
        {
            double delta = 0;
            for (int clones = 0; clones < reports; clones++)
            {
                for (int a = 0; a <= clones + 1; a++)
                {
                    double with = (p * Half(clones, a - 1)) + ((1 - p) * Half(clones, a));
                    double without = ((1 - p) * Half(clones, a - 1)) + (p * Half(clones, a));
                    delta += Binomial(reports - 1, clones, Math.Exp(-localEpsilon)) * Math.Max(0, with - (Math.Exp(epsilon) * without));
                }
            }

            DeltaInterval interval = Accountant.CertifyDelta(new ShuffledEvent(reports, localEpsilon), epsilon);
            Assert.InRange(delta, (interval.Lower * (1 - 1e-9)) - 1e-15, (interval.Upper * (1 + 1e-9)) + 1e-15);
            Assert.True(interval.Upper - interval.Lower <= 1e-6 * delta + 1e-15);
        }
    }

    [Fact]
    public void Moments_of_shuffled_reports_prove_no_less_than_their_exact_delta()
    {
        ShuffledEvent e = new(2000, 1);
        RdpAccountant moments = new(NeighbouringRelation.ReplaceOne);
        moments.Charge(e);
        Assert.InRange(moments.Spent(1e-6).Epsilon, Accountant.Certify(e, 1e-6).Lower, 1.3 * Accountant.Certify(e, 1e-6).Upper);
    }

    /// <summary>Geometric selection (η = 1) of a mechanism with D_α = ρα: the theorem with its best λ̂ found by a fine scan.</summary>
    [Fact]
    public void Selection_costs_what_the_theorem_says()
    {
        const double Rho = 0.01, Success = 0.05;
        RdpAccountant accountant = new();
        accountant.Charge(RepeatAndSelectEvent.NegativeBinomial(new ConcentratedEvent(Rho), 1, Success));
        double selection = Enumerable.Range(1, 200_000).Select(i => 1 + (i * 1e-3)).Min(order => 2 * ((1 - (1 / order)) * Rho * order) + (2 * Math.Log(1 / Success) / order));
        foreach (double order in new[] { 1.5, 3, 20.5 })
        {
            double theorem = (Rho * order) + selection + (Math.Log(1 / Success) / (order - 1));
            Assert.Equal(theorem, accountant.RenyiDivergence(order), 1e-6 * theorem);
        }
    }

    [Fact]
    public void Selection_among_a_poisson_number_costs_what_the_theorem_says_and_means_are_right()
    {
        RdpAccountant accountant = new(), once = new();
        once.Charge(new GaussianEvent(8));
        accountant.Charge(RepeatAndSelectEvent.Poisson(new GaussianEvent(8), 20));
        const double Order = 12;
        double theorem = once.RenyiDivergence(Order) + (20 * once.Delta(Math.Log(1 + (1 / (Order - 1))))) + (Math.Log(20) / (Order - 1));
        Assert.Equal(theorem, accountant.RenyiDivergence(Order), 1e-9 * theorem);

        Assert.Equal(20, RepeatAndSelectEvent.NegativeBinomial(new GaussianEvent(8), 1, 0.05).Mean, 1e-9);
        double logarithmic = Enumerable.Range(1, 2000).Sum(k => Math.Pow(0.9, k)) / Enumerable.Range(1, 2000).Sum(k => Math.Pow(0.9, k) / k);
        Assert.Equal(logarithmic, RepeatAndSelectEvent.NegativeBinomial(new GaussianEvent(8), 0, 0.1).Mean, 1e-9);
    }

    [SkippableFact]
    public void Groups_on_a_poisson_lot_are_the_mixtures_of_the_reference()
    {
        JsonElement c = Cases("group_privacy").First(candidate => Text(candidate, "id") == "s-121-group_privacy");
        PrivacyEvent grouped = new SelfComposedEvent(new PoissonSampledGaussianEvent(0.01, 1), 100).ForGroup(2);
        EpsilonInterval interval = Accountant.Certify(grouped, Number(c, "delta"));
        Assert.InRange(Expected(c, "truth")!.Value, interval.Lower - 1e-8, interval.Upper + 1e-8);
    }

    [Fact]
    public void A_group_costs_what_its_sensitivity_says_and_one_is_no_group()
    {
        Assert.Equal(new GaussianEvent(0.5), new GaussianEvent(2).ForGroup(4));
        Assert.Equal(new ConcentratedEvent(0.9), new ConcentratedEvent(0.1).ForGroup(3));
        Assert.Equal(new LaplaceEvent(1), new LaplaceEvent(1).ForGroup(1));
        EpsilonDeltaEvent pair = (EpsilonDeltaEvent)new EpsilonDeltaEvent(1, 1e-6).ForGroup(2);
        Assert.Equal(2, pair.Epsilon);
        Assert.Equal(1e-6 * (1 + Math.E), pair.Delta, 1e-18);
        Assert.Throws<NotSupportedException>(() => new ShuffledEvent(10, 1).ForGroup(2));
    }

    private static IEnumerable<int[]> Patterns(int steps, int participations, int separation, int from = 0)
    {
        yield return [];
        for (int i = from; i < steps && participations > 0; i++)
        {
            foreach (int[] rest in Patterns(steps, participations - 1, separation, i + separation))
            {
                yield return [i, .. rest];
            }
        }
    }

    /// <summary>The worst signs of the contributions in a pattern.</summary>
    private static double SquaredNorm(double[] column, int steps, int[] pattern)
    {
        double worst = 0;
        for (int signs = 0; signs < 1 << pattern.Length; signs++)
        {
            double[] sum = new double[steps];
            for (int j = 0; j < pattern.Length; j++)
            {
                for (int row = pattern[j]; row < Math.Min(steps, pattern[j] + column.Length); row++)
                {
                    sum[row] += column[row - pattern[j]] * ((signs >> j & 1) == 0 ? 1 : -1);
                }
            }

            worst = Math.Max(worst, sum.Sum(x => x * x));
        }

        return worst;
    }

    private static double Half(int tosses, int heads) => heads < 0 || heads > tosses ? 0 : Binomial(tosses, heads, 0.5);

    private static double Binomial(int n, int k, double p)
    {
        double coefficient = 1;
        for (int i = 1; i <= k; i++)
        {
            coefficient *= (double)(n - k + i) / i;
        }

        return coefficient * Math.Pow(p, k) * Math.Pow(1 - p, n - k);
    }
}
