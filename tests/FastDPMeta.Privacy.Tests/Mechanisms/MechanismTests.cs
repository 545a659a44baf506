using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Mechanisms;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

public sealed class MechanismTests
{
    private const int Draws = 200_000;
    private const NeighbouringRelation OneMore = NeighbouringRelation.AddOrRemoveOne;

    [Fact]
    public void Gaussian_noise_follows_its_law_and_costs_its_multiplier()
    {
        using RandomKey key = RandomKey.UnsafeFixed(201);
        using GaussianMechanism mechanism = new(2, 1.5, OneMore, key);

        NoisyValues<double> release = mechanism.Release(Enumerable.Repeat(10.0, Draws).ToArray());

        Samples.AssertFollows([.. release.Values.Select(value => (value - 10) / 3)], NormalDistribution.Cumulative);
        Assert.Equal(new GaussianEvent(1.5), release.Event);
        Assert.Empty(release.Values.Intersect(mechanism.Release(Enumerable.Repeat(10.0, 1000).ToArray()).Values)); // fresh bits
    }

    [Fact]
    public void Laplace_noise_follows_its_law_and_several_numbers_cost_epsilon_alone()
    {
        using RandomKey key = RandomKey.UnsafeFixed(202);
        using LaplaceMechanism mechanism = new(2, 0.5, OneMore, key);

        NoisyValues<double> release = mechanism.Release(new double[Draws]);

        Samples.AssertFollows([.. release.Values], x => x < 0 ? 0.5 * Math.Exp(x) : 1 - (0.5 * Math.Exp(-x)));
        Assert.InRange(Assert.IsType<EpsilonDeltaEvent>(release.Event).Epsilon, 2, 2.0000001);
        Assert.Equal(new LaplaceEvent(0.5), mechanism.Release([3.0]).Event);
    }

    [Fact]
    public void Whole_numbers_get_the_samplers_noise_and_the_events_of_their_laws()
    {
        using RandomKey key = RandomKey.UnsafeFixed(203);
        using DiscreteGaussianMechanism gaussian = new(3, 20, OneMore, key);
        using DiscreteLaplaceMechanism laplace = new(2, 8, OneMore, key);
        using SkellamMechanism skellam = new(4, 2, 100, OneMore, key);

        Samples.AssertMoments([.. gaussian.Release(Enumerable.Repeat(7L, Draws).ToArray()).Values.Select(x => x - 7)], 400, 3 * 160_000.0);
        Samples.AssertMoments([.. skellam.Release(Enumerable.Repeat(-5L, Draws).ToArray()).Values.Select(x => x + 5)], 100, 100 + 30_000);
        Assert.Equal(new DiscreteGaussianEvent(20, 3), gaussian.Release([1L]).Event);
        Assert.InRange(Assert.IsType<ConcentratedEvent>(gaussian.Release([1L, 2L]).Event).Rho, 9.0 / 800, 9.0 / 800 * 1.0000001);
        Assert.InRange(Assert.IsType<DiscreteLaplaceEvent>(laplace.Release([1L]).Event).Decay, 0.125, 0.12500001);
        Assert.InRange(Assert.IsType<EpsilonDeltaEvent>(laplace.Release([1L, 2L]).Event).Epsilon, 0.25, 0.2500001);
        Assert.Equal(new SkellamEvent(100, 4, 2), skellam.Release([0L]).Event);
    }

    [Fact]
    public void What_a_mechanism_releases_can_be_charged_to_a_ledger()
    {
        using PrivacyLedger ledger = PrivacyLedger.InMemory(Plans.Small());
        using DiscreteLaplaceMechanism counts = new(1, 20);
        using ReportNoisyMax choice = new(1, 0.1);
        double before = ledger.Spent.Epsilon;

        ledger.Charge(counts.Release([12L]).Event, 0);
        ledger.Charge(choice.Choose([1, 2, 3]).Event, 1);

        Assert.True(ledger.Spent.Epsilon > before);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_refused()
    {
        using GaussianMechanism gaussian = new(1, 1);
        using LaplaceMechanism laplace = new(1, 1);
        using ReportNoisyMax choice = new(1, 1);
        Assert.Throws<ArgumentException>(() => gaussian.Release([1, double.NaN]));
        Assert.Throws<ArgumentException>(() => laplace.Release([double.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => choice.Choose([1, double.NaN, 2]));
        Assert.Throws<ArgumentException>(() => choice.Choose([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianMechanism(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LaplaceMechanism(1, double.NaN));
    }

    [Fact]
    public void The_noisy_maximum_is_chosen_as_permute_and_flip_has_it()
    {
        // Three scores: the law by going through all orders.
        double[] scores = [0.5, 2, 1.25];
        const double Epsilon = 1.5;
        using RandomKey key = RandomKey.UnsafeFixed(204);
        using ReportNoisyMax choice = new(1, Epsilon, OneMore, new MechanismRandomness(key));
        double[] coins = [.. scores.Select(score => Math.Exp(Epsilon * (score - 2) / 2))];
        double[] expected = new double[3];
        foreach (int[] order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        {
            double reached = 1.0 / 6;
            foreach (int candidate in order)
            {
                expected[candidate] += reached * coins[candidate];
                reached *= 1 - coins[candidate];
            }
        }

        const int Choices = 15_000;
        int[] counts = new int[3];
        for (int i = 0; i < Choices; i++)
        {
            counts[choice.Choose(scores).Values[0]]++;
        }

        Samples.AssertChiSquare(Enumerable.Range(0, 3).Sum(i => Math.Pow(counts[i] - (Choices * expected[i]), 2) / (Choices * expected[i])), 2);
    }

    [Fact]
    public void A_quantile_has_the_exponential_mechanisms_probabilities()
    {
        long[] values = [3, 3, 5, 9, 100, -4];
        const double Epsilon = 1.2;
        using RandomKey key = RandomKey.UnsafeFixed(205);
        using PrivateQuantile quantile = new(0, 12, Epsilon, new MechanismRandomness(key));
        double Weight(long x) => Math.Exp(-Epsilon / 2 * Math.Abs(values.Count(value => Math.Clamp(value, 0, 12) < x) - (0.5 * values.Length)));
        double total = Enumerable.Range(0, 13).Sum(x => Weight(x));

        long[] answers = Samples.Draw(6_000, () => quantile.Release(values, 0.5).Values[0]);

        Samples.AssertFits(answers, x => x is < 0 or > 12 ? 0 : Weight(x) / total, 12);
    }

    [Fact]
    public void A_quantile_of_many_is_near_the_true_one()
    {
        using RandomKey key = RandomKey.UnsafeFixed(206);
        using PrivateQuantile quantile = new(0, 1_000_000, 1, new MechanismRandomness(key));
        long[] values = [.. Enumerable.Range(0, 2000).Select(i => 100L * i)];

        Assert.InRange(quantile.Release(values, 0.9).Values[0], 100 * (1800 - 60), 100 * (1800 + 60)); // e^-30 against the weight of the right ones
        Assert.InRange(quantile.Release([], 0.5).Values[0], 0, 1_000_000);
    }

    [Theory]
    [InlineData(2, 1.0)]
    [InlineData(5, 0.5)]
    public void Randomized_answers_have_their_probabilities_and_estimates_no_bias(int values, double epsilon)
    {
        using RandomKey key = RandomKey.UnsafeFixed(207);
        using RandomizedResponse response = new(values, epsilon, new MechanismRandomness(key));
        const int Answers = 60_000;
        long[] counts = new long[values];
        for (int i = 0; i < Answers; i++)
        {
            counts[response.Answer(1).Values[0]]++;
        }

        double other = 1 / (values - 1 + Math.Exp(epsilon));
        double chiSquare = Enumerable.Range(0, values).Sum(i => Math.Pow(counts[i] - (Answers * (i == 1 ? Math.Exp(epsilon) * other : other)), 2) / (Answers * (i == 1 ? Math.Exp(epsilon) * other : other)));
        Samples.AssertChiSquare(chiSquare, values - 1);
        double[] estimate = response.Estimate(counts);
        Assert.Equal(Answers, estimate.Sum(), 1e-3);
        double deviation = Math.Sqrt(Answers * other * (1 - other)) / (1 - response.NoiseProbability);
        Assert.InRange(estimate[0], -Samples.Deviations * deviation, Samples.Deviations * deviation);
        Assert.IsType<RandomizedResponseEvent>(response.Answer(0).Event);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Answers_for_a_unit_vector_have_one_length_and_the_vector_as_their_mean(int dimension)
    {
        const double Epsilon = 2;
        const int Answers = 15_000;
        using RandomKey key = RandomKey.UnsafeFixed(208);
        using UnitVectorMechanism mechanism = new(dimension, Epsilon, new MechanismRandomness(key));
        double[] vector = new double[dimension];
        vector[0] = 0.6;
        vector[^1] += dimension == 1 ? 0.4 : 0.8;
        double[] mean = new double[dimension];
        int near = 0;
        for (int i = 0; i < Answers; i++)
        {
            IReadOnlyList<double> answer = mechanism.Answer(vector).Values;
            Assert.Equal(mechanism.Length, Math.Sqrt(answer.Sum(value => value * value)), 1e-9 * mechanism.Length);
            near += answer.Zip(vector, (a, b) => a * b).Sum() >= 0 ? 1 : 0;
            for (int j = 0; j < dimension; j++)
            {
                mean[j] += answer[j] / Answers;
            }
        }

        // One of 74 comparisons in all fails by chance with probability below 74·6e-8.
        double deviation = mechanism.Length / Math.Sqrt(Answers);
        Assert.All(mean.Zip(vector), pair => Assert.InRange(pair.First - pair.Second, -Samples.Deviations * deviation, Samples.Deviations * deviation));
        double p = Math.Exp(Epsilon) / (1 + Math.Exp(Epsilon));
        Assert.InRange((near - (Answers * p)) / Math.Sqrt(Answers * p * (1 - p)), -Samples.Deviations, Samples.Deviations);
    }

    [Fact]
    public void Noise_at_the_data_clips_rows_and_covers_an_exchange()
    {
        using RandomKey key = RandomKey.UnsafeFixed(209);
        using InputPerturbation mechanism = new(1, 0.01, key);
        IReadOnlyList<double> row = mechanism.Release([30, 40]).Values;
        Assert.InRange(row[0], 0.6 - 0.12, 0.6 + 0.12); // six deviations of 0.02
        Assert.InRange(row[1], 0.8 - 0.12, 0.8 + 0.12);
        Assert.All(mechanism.Release([double.NaN, 1]).Values, value => Assert.InRange(value, -0.12, 0.12));
        Assert.Equal(new GaussianEvent(0.01) { Neighbours = NeighbouringRelation.ReplaceOne }, mechanism.Release([1, 2]).Event);
    }

    [Fact]
    public void Noise_at_the_gradients_clips_every_unit_and_covers_one_more()
    {
        using RandomKey key = RandomKey.UnsafeFixed(210);
        using GradientPerturbation mechanism = new(2, 0.01, key);
        ReadOnlyMemory<double>[] units = [new double[] { 0.3, 0 }, new double[] { 0, 1e9 }, new double[] { double.PositiveInfinity, 0 }];
        NoisyValues<double> sum = mechanism.Release(units, 2);
        Assert.InRange(sum.Values[0], 0.3 - 0.12, 0.3 + 0.12);
        Assert.InRange(sum.Values[1], 2 - 0.12, 2 + 0.12);
        Assert.Equal(new GaussianEvent(0.01), sum.Event);
        Assert.Throws<ArgumentException>(() => mechanism.Release([new double[3]], 2));
        Assert.Equal(2, mechanism.Release([], 2).Values.Count);
    }

    [Fact]
    public void Noise_at_the_parameters_covers_how_far_a_minimiser_can_move()
    {
        // Ridge regression to a mean: the minimiser of (1/n)Σ½(θ - x)² + (λ/2)θ² is mean/(1 + λ); x and θ in [-1, 1], so L = 2.
        const int Units = 10;
        const double Lambda = 0.5;
        using OutputPerturbation mechanism = new(2, Lambda, Units, 1);
        double Minimiser(double[] data) => data.Average() / (1 + Lambda);
        double[] ones = [.. Enumerable.Repeat(1.0, Units)], changed = [-1, .. ones[1..]];

        Assert.InRange(Math.Abs(Minimiser(ones) - Minimiser(changed)), 1e-3, mechanism.Sensitivity);
        Assert.Equal(0.8, mechanism.Sensitivity, 1e-8);
        Assert.Equal(NeighbouringRelation.ReplaceOne, mechanism.Release([1.0]).Event.Neighbours);
        Assert.Equal(mechanism.Sensitivity + 0.2, new OutputPerturbation(2, Lambda, Units, 1, tolerance: 0.1).Sensitivity, 1e-8);
    }
}
