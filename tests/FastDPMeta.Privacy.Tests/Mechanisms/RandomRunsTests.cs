using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Mechanisms;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

public sealed class RandomRunsTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(10)]
    [InlineData(900)]
    public void Poisson_numbers_have_their_probabilities(double mean)
    {
        using RandomKey key = RandomKey.UnsafeFixed(301);
        using RandomRuns runs = RandomRuns.Poisson(mean, new MechanismRandomness(key));
        double LogFactorial(long k) => Enumerable.Range(1, (int)k).Sum(i => Math.Log(i));

        long[] numbers = Samples.Draw(30_000, () => runs.Draw());

        Samples.AssertFits(numbers, k => k < 0 ? 0 : Math.Exp((k * Math.Log(mean)) - mean - LogFactorial(k)), (long)(mean + (9 * Math.Sqrt(mean)) + 20));
    }

    [Theory]
    [InlineData(0.0, 0.1)]
    [InlineData(0.5, 0.3)]
    [InlineData(1.0, 0.05)]
    [InlineData(3.0, 0.2)]
    public void Truncated_negative_binomial_numbers_have_their_probabilities(double shape, double success)
    {
        using RandomKey key = RandomKey.UnsafeFixed(302);
        using RandomRuns runs = RandomRuns.NegativeBinomial(shape, success, new MechanismRandomness(key));

        // Definition 1: (1-γ)ᵏ/(γ^-η - 1)·Π (l + η)/(l + 1), or (1-γ)ᵏ/(k·log(1/γ)) at η = 0.
        double Probability(long k)
        {
            if (k < 1)
            {
                return 0;
            }

            if (shape == 0)
            {
                return Math.Pow(1 - success, k) / (k * Math.Log(1 / success));
            }

            double product = Math.Pow(1 - success, k) / (Math.Pow(success, -shape) - 1);
            for (int l = 0; l < k; l++)
            {
                product *= (l + shape) / (l + 1);
            }

            return product;
        }

        long[] numbers = Samples.Draw(100_000, () => runs.Draw());

        Assert.All(numbers, number => Assert.True(number >= 1));
        Samples.AssertFits(numbers, Probability, 400);
    }

    [Fact]
    public void The_best_run_is_kept_and_costs_what_the_paper_says()
    {
        using RandomRuns runs = RandomRuns.NegativeBinomial(1, 0.02);
        int turn = 0;
        double best = double.NegativeInfinity;
        (int Turn, double Score) kept = runs.Best(() =>
        {
            double score = Math.Sin(++turn * 12.3);
            best = Math.Max(best, score);
            return (score, (turn, score));
        });
        Assert.Equal(best, kept.Score);

        PrivacyEvent run = new GaussianEvent(2);
        RdpAccountant one = new(), tuned = new(), all = new();
        one.Charge(run);
        tuned.Charge(runs.EventOf(run));
        all.Charge(run, 50); // as many as there are on average
        Assert.InRange(tuned.Spent(1e-6).Epsilon, one.Spent(1e-6).Epsilon, all.Spent(1e-6).Epsilon / 2);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomRuns.Poisson(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomRuns.Poisson(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomRuns.NegativeBinomial(-0.5, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomRuns.NegativeBinomial(1, 0));
    }
}
