using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests;

public sealed class NoiseCorrelationTests
{
    public static TheoryData<int> Bands => [0, 1, 2, 5, 40]; // 0 stands for the tree

    [Theory]
    [MemberData(nameof(Bands))]
    public void The_sensitivity_is_that_of_the_matrix_written_out(int bands)
    {
        foreach ((int rounds, int separation) in (ReadOnlySpan<(int, int)>)[(1, 1), (12, 12), (12, 5), (16, 4), (21, 3), (33, 40)])
        {
            double[][] carried = bands == 0 ? Nodes(rounds) : Inverted(Weights(Of(bands), rounds));
            double largest = 0;
            for (int first = 0; first < Math.Min(separation, rounds); first++)
            {
                // The matrices have no negative numbers, so contributions that point the same way are worst.
                largest = Math.Max(largest, carried.Sum(row => Math.Pow(Enumerable.Range(0, rounds).Where(t => t % separation == first).Sum(t => row[t]), 2)));
            }

            Assert.All(carried, row => Assert.All(row, value => Assert.True(value >= 0)));
            Assert.InRange(Of(bands).Sensitivity(rounds, separation), Math.Sqrt(largest), Math.Sqrt(largest) * (1 + 1e-9));
        }
    }

    [Theory]
    [MemberData(nameof(Bands))]
    public void The_noise_of_a_sum_of_rounds_is_what_the_terms_add_up_to(int bands)
    {
        const int Rounds = 37;
        NoiseCorrelation correlation = Of(bands);
        double[][] weights = Weights(correlation, Rounds);
        double[] sums = new double[weights[0].Length];
        for (int t = 0; t < Rounds; t++)
        {
            sums = [.. sums.Zip(weights[t], (sum, weight) => sum + weight)];
            Assert.Equal(sums.Sum(value => value * value), correlation.SumVariance(t + 1), 1e-9);
        }
    }

    [Fact]
    public void The_trees_noise_of_a_sum_is_that_of_the_nodes_it_is_made_of()
    {
        // Node sums with noise, added up over the nodes of a prefix, are the prefix sum with noise: what is released is made from the nodes alone.
        const int Rounds = 29;
        Dictionary<ulong, double> noise = [];
        NoiseTerm[] terms = new NoiseTerm[NoiseCorrelation.Tree.MostTerms(Rounds)];
        for (int round = 0; round < Rounds; round++)
        {
            int count = NoiseCorrelation.Tree.Terms(round, terms);
            foreach (NoiseTerm term in terms[..count])
            {
                noise[term.Number] = noise.GetValueOrDefault(term.Number) + term.Weight;
            }

            ulong[] expected = [.. Enumerable.Range(0, 6).Where(level => (((round + 1) >> level) & 1) == 1).Select(level => ((ulong)level << 48) + (ulong)(((round + 1) >> level) - 1))];
            Assert.Equal(expected.Order(), noise.Where(pair => pair.Value != 0).Select(pair => pair.Key).Order());
            Assert.All(noise.Values, value => Assert.True(value is 0 or 1));
        }
    }

    [Fact]
    public void One_band_is_independent_noise_and_more_bands_make_sums_quieter_for_the_same_budget()
    {
        Assert.Equal(Math.Sqrt(8), NoiseCorrelation.Banded(1).Sensitivity(80, 10), 1e-9);

        // Standard deviation of the noise of the last sum at equal privacy: √variance · sensitivity.
        double Loudness(NoiseCorrelation correlation) => Math.Sqrt(correlation.SumVariance(100)) * correlation.Sensitivity(100, 100);
        Assert.InRange(Loudness(NoiseCorrelation.Banded(1)), 9.99, 10.01);
        Assert.InRange(Loudness(NoiseCorrelation.Banded(8)), 3, 5);
        Assert.InRange(Loudness(NoiseCorrelation.Banded(100)), 2, 3); // (1 + ln n/π) or so: Henzinger, Upadhyay and Upadhyay 2023
        Assert.InRange(Loudness(NoiseCorrelation.Tree), 3, 5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_run_costs_what_one_Gaussian_release_of_its_effective_noise_costs(int bands)
    {
        PrivacyPlan plan = Plan(bands).Build();
        CorrelatedGaussianEvent run = Assert.IsType<CorrelatedGaussianEvent>(plan.RoundEvent);
        RdpAccountant accountant = new(NeighbouringRelation.ReplaceWithNothing);
        accountant.Charge(new GaussianEvent(plan.NoiseMultiplier / Of(bands).Sensitivity(30, 10)) { Neighbours = NeighbouringRelation.ReplaceWithNothing });

        Assert.Equal(30, plan.Rounds);
        Assert.Equal(plan.Rounds, run.Rounds);
        Assert.Equal(accountant.Spent(1e-6).Epsilon, plan.Promise.Epsilon, 1e-9);
        Assert.InRange(plan.Promise.Epsilon, 2.999, 3);
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        for (int round = 0; round < plan.Rounds; round++)
        {
            ledger.Charge(round);
            Assert.Equal(plan.Promise.Epsilon, ledger.Spent.Epsilon); // all of it with the first round
        }

        Assert.Equal(run, PrivacyEventJson.Decode(System.Text.Json.JsonDocument.Parse(PrivacyEventJson.Encode(run)).RootElement));
        Assert.NotEqual(plan.Hash, Plan(bands + 1).Build().Hash);
        Assert.Contains(bands == 0 ? "a binary tree" : "5 bands", plan.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_accounted_for_is_refused()
    {
        string message = Assert.Throws<ArgumentException>(() => Plan(0).Clip(Clipping.Adaptive()).SecureNoise().Build()).Message;
        Assert.Contains("must not be adaptive where rounds share their noise", message, StringComparison.Ordinal);
        Assert.Contains("must be Poisson where noise is secure", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Plans.Builder().Stream(100, 10, 0, NoiseCorrelation.Tree).Build());
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseCorrelation.Banded(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseCorrelation.Tree.Sensitivity(0, 1));
    }

    private static NoiseCorrelation Of(int bands) => bands == 0 ? NoiseCorrelation.Tree : NoiseCorrelation.Banded(bands);

    private static PrivacyPlanBuilder Plan(int bands) => Plans.Builder().Stream(population: 200, lot: 20, epochs: 3, Of(bands));

    /// <summary>W[t, j], a column for each vector that is ever used.</summary>
    private static double[][] Weights(NoiseCorrelation correlation, int rounds)
    {
        NoiseTerm[] terms = new NoiseTerm[correlation.MostTerms(rounds)];
        List<ulong> numbers = [];
        List<(int Round, int Vector, double Weight)> entries = [];
        for (int t = 0; t < rounds; t++)
        {
            int count = correlation.Terms(t, terms);
            foreach (NoiseTerm term in terms[..count])
            {
                int vector = numbers.IndexOf(term.Number);
                if (vector < 0)
                {
                    vector = numbers.Count;
                    numbers.Add(term.Number);
                }

                entries.Add((t, vector, term.Weight));
            }
        }

        double[][] weights = [.. Enumerable.Range(0, rounds).Select(_ => new double[numbers.Count])];
        foreach ((int round, int vector, double weight) in entries)
        {
            weights[round][vector] += weight;
        }

        return weights;
    }

    /// <summary>C = W⁻¹ by forward substitution; a round brings one new vector, its own.</summary>
    private static double[][] Inverted(double[][] lower)
    {
        int n = lower.Length;
        double[][] inverse = [.. Enumerable.Range(0, n).Select(_ => new double[n])];
        for (int column = 0; column < n; column++)
        {
            for (int row = column; row < n; row++)
            {
                double sum = row == column ? 1 : 0;
                for (int k = column; k < row; k++)
                {
                    sum -= lower[row][k] * inverse[k][column];
                }

                inverse[row][column] = sum / lower[row][row];
            }
        }

        return inverse;
    }

    /// <summary>The nodes that prefixes are made of, by walking through the binary digits of every prefix.</summary>
    private static double[][] Nodes(int rounds)
    {
        HashSet<(int First, int Length)> nodes = [];
        for (int prefix = 1; prefix <= rounds; prefix++)
        {
            int first = 0;
            for (int length = 1 << 20; length > 0; length >>= 1)
            {
                if ((prefix & length) != 0)
                {
                    nodes.Add((first, length));
                    first += length;
                }
            }
        }

        return [.. nodes.Select(node => Enumerable.Range(0, rounds).Select(t => t >= node.First && t < node.First + node.Length ? 1.0 : 0).ToArray())];
    }
}
