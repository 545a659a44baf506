using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Planning;

namespace FastDPMeta.Privacy.Tests.Planning;

public sealed class PopulationPlannerTests
{
    private static readonly PopulationQuestion Question = new() { Users = 400, Epsilon = 8, Delta = 1e-5, Parameters = 112_000 };

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(400)]
    public void Without_sampling_rounds_cancel_and_the_run_is_one_release(int rounds)
    {
        double single = Accountant.NoiseMultiplier(1, 1, 8, 1e-5);
        PopulationAdvice advice = PopulationPlanner.Advise(Question with { Rounds = rounds });
        Assert.Equal(single * Math.Sqrt(rounds), advice.NoiseMultiplier, single * Math.Sqrt(rounds) * 1e-6);
        foreach (AdaptationOption option in advice.Options.Where(option => option.Parameters > 0))
        {
            double run = 0.1 * 400 / (single * Math.Sqrt(option.Parameters));
            Assert.Equal(run, option.RunSignalToNoise, run * 1e-6);
            Assert.Equal(advice.NoiseMultiplier * Math.Sqrt(option.Parameters) / 400, option.NoiseLength, 12);
            Assert.Equal(0.1 / option.NoiseLength, option.RoundSignalToNoise, 10);
        }

        double most = 0.1 * 400 / (3 * single);
        Assert.InRange(advice.MostParameters, Math.Floor(most * most) - 1, Math.Floor(most * most) + 1);
    }

    [Fact]
    public void The_noise_length_is_that_of_noise_on_the_mean_update()
    {
        // The chi law: the length of P normals has deviation below 1/√2, so 4,000 numbers lie within 6 of these deviations of √P but with probability below 1e-8.
        AdaptationOption option = PopulationPlanner.Judge(Question, AdaptationKind.Full, 4_000);
        double noise = PopulationPlanner.Advise(Question).NoiseMultiplier;
        using RandomKey key = RandomKey.UnsafeFixed(9);
        using RandomStream stream = new(key);
        double squares = 0;
        for (int i = 0; i < 4_000; i++)
        {
            double coordinate = noise * stream.NextGaussian() / 400;
            squares += coordinate * coordinate;
        }

        Assert.InRange(Math.Sqrt(squares) / option.NoiseLength, 1 - (6 / Math.Sqrt(2 * 4_000)), 1 + (6 / Math.Sqrt(2 * 4_000)));
    }

    [Fact]
    public void Few_people_are_told_to_learn_a_head_and_many_everything()
    {
        PopulationAdvice few = PopulationPlanner.Advise(Question);
        Assert.Equal(AdaptationVerdict.Drowns, few.Options[0].Verdict);
        Assert.Equal(AdaptationKind.Head, few.Recommended.Kind);
        Assert.Contains("learn a head", few.Sentence, StringComparison.Ordinal);
        PopulationAdvice many = PopulationPlanner.Advise(Question with { Users = 100_000, Delta = 1e-6 });
        Assert.Equal(AdaptationKind.Full, many.Recommended.Kind);
        Assert.True(many.MostParameters > 112_000);
        PopulationAdvice hardly = PopulationPlanner.Advise(Question with { Users = 40, Epsilon = 0.5 });
        Assert.Equal(AdaptationKind.Metric, hardly.Recommended.Kind);
    }

    [Fact]
    public void Counts_are_those_of_square_layers()
    {
        // 4 layers of width 100: rank 4 has 2·4·100·4, FiLM 2·100·4, biases 100·4, a head of 5 outputs 101·5.
        PopulationAdvice advice = PopulationPlanner.Advise(Question with { Parameters = 40_000, Layers = 4, Outputs = 5 });
        Assert.Equal([40_000, 3_200, 800, 400, 505, 0], advice.Options.Select(option => option.Parameters));
        Assert.Equal(Enum.GetValues<AdaptationKind>(), advice.Options.Select(option => option.Kind));
        Assert.All(PopulationPlanner.Advise(Question with { Parameters = 3 }).Options, option => Assert.InRange(option.Parameters, 0, 3));
    }

    [Fact]
    public void More_people_a_larger_budget_and_fewer_parameters_all_help()
    {
        double Ratio(PopulationQuestion question) => PopulationPlanner.Advise(question).Options[0].RunSignalToNoise;
        double before = Ratio(Question);
        Assert.True(Ratio(Question with { Users = 800 }) > 1.9 * before);
        Assert.True(Ratio(Question with { Epsilon = 9 }) > before);
        Assert.Equal(2 * before, Ratio(Question with { Parameters = 28_000 }), 10);
        Assert.True(Ratio(Question with { Lot = 40 }) < before); // sampling saves noise, but less than the smaller lot costs
    }

    [Fact]
    public void What_is_left_out_is_filled_in_and_what_is_wrong_is_named_together()
    {
        PopulationAdvice advice = PopulationPlanner.Advise(Question with { Delta = 0 });
        Assert.Equal((400, 0.1 / 400), (advice.Question.Lot, advice.Question.Delta));
        ArgumentException error = Assert.Throws<ArgumentException>(() => PopulationPlanner.Advise(Question with { Epsilon = -1, Parameters = 0, Lot = 401, Alignment = 2, Delta = 0.5 }));
        Assert.All((string[])["epsilon", "Parameters", "Lot", "Alignment", "Delta"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }
}
