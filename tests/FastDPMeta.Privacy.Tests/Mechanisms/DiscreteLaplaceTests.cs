using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Mechanisms;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

public sealed class DiscreteLaplaceTests
{
    private const int Draws = 400_000;

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(7.5)]
    [InlineData(40)]
    [InlineData(333)]
    public void Numbers_have_exactly_their_probabilities(double scale)
    {
        DiscreteLaplace law = new(scale);
        using RandomWords words = Samples.Words(111);
        double ratio = Math.Exp(-1 / scale);

        long[] values = Samples.Draw(Draws, () => law.Next(words));

        Samples.AssertFits(values, x => (1 - ratio) / (1 + ratio) * Math.Exp(-Math.Abs(x) / scale), (long)Math.Ceiling(40 * scale));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(7.5)]
    [InlineData(333)]
    public void Geometric_numbers_have_exactly_their_probabilities(double scale)
    {
        DiscreteLaplace law = new(scale);
        using RandomWords words = Samples.Words(112);
        double ratio = Math.Exp(-1 / scale);

        long[] values = Samples.Draw(Draws, () => law.NextGeometric(words));

        Samples.AssertFits(values, x => x < 0 ? 0 : (1 - ratio) * Math.Exp(-x / scale), (long)Math.Ceiling(40 * scale));
    }

    [Fact]
    public void Large_scales_follow_the_continuous_law()
    {
        const double Scale = 1e7;
        DiscreteLaplace law = new(Scale);
        using RandomWords words = Samples.Words(113);

        long[] values = Samples.Draw(Draws, () => law.Next(words));

        Samples.AssertFollows([.. values.Select(x => x / Scale)], x => x < 0 ? 0.5 * Math.Exp(x) : 1 - (0.5 * Math.Exp(-x)));
        Samples.AssertMoments(values, 2 * Scale * Scale, 24 * Math.Pow(Scale, 4));
    }

    [Fact]
    public void The_rejection_sampler_of_the_paper_gives_the_same_law()
    {
        const double Scale = 5.0 / 2;
        using RandomStream stream = Samples.Stream(114);
        Rejection paper = new(stream);
        double ratio = Math.Exp(-1 / Scale);

        long[] values = Samples.Draw(60_000, () => (long)paper.Laplace(5, 2));

        Samples.AssertFits(values, x => (1 - ratio) / (1 + ratio) * Math.Exp(-Math.Abs(x) / Scale), 100);
    }
}
