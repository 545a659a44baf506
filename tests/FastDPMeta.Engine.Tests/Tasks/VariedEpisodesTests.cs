using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

/// <summary>Tasks of varying size: which rows are kept, and that nothing leaks.</summary>
public sealed class VariedEpisodesTests
{
    private const int Way = 4;
    private const int Shot = 3;
    private const int Query = 2;

    [Fact]
    public void Kept_rows_are_the_sources_own_and_the_rest_repeats_them_with_their_labels()
    {
        EpisodeTasks whole = Source();
        VariedEpisodes varied = new(whole, leastWay: 2, leastShot: 1, seed: 5);
        for (int id = 0; id < 60; id++)
        {
            (int way, int shot) = varied.SizeOf(id);
            TaskBuffers expected = new TaskBuffers(whole).Fill(id);
            TaskBuffers actual = new TaskBuffers(varied).Fill(id);
            for (int c = 0; c < Way; c++)
            {
                for (int i = 0; i < Shot; i++)
                {
                    int kept = (c % way * Shot) + (i % shot);
                    Assert.Equal(expected.SupportInputs[kept], actual.SupportInputs[(c * Shot) + i]);
                    Assert.Equal(c % way, actual.SupportLabels[(c * Shot) + i]);
                }

                for (int i = 0; i < Query; i++)
                {
                    Assert.Equal(expected.QueryInputs[(c % way * Query) + i], actual.QueryInputs[(c * Query) + i]);
                    Assert.Equal(c % way, actual.QueryLabels[(c * Query) + i]);
                }
            }

            Assert.Equal(way * shot, actual.SupportInputs.Distinct().Count());
            Assert.Empty(actual.SupportInputs.Intersect(actual.QueryInputs));
        }
    }

    /// <summary>Each of 9 sizes within 6 standard deviations of its share of 9,000 tasks: false alarm below 1e-7, key fixed.</summary>
    [Fact]
    public void Every_size_is_drawn_equally_often()
    {
        VariedEpisodes varied = new(Source(), leastWay: 2, leastShot: 1);
        const int Tasks = 9000;
        int[] counts = new int[9];
        for (int id = 0; id < Tasks; id++)
        {
            (int way, int shot) = varied.SizeOf(id);
            counts[((way - 2) * 3) + shot - 1]++;
        }

        Assert.All(counts, count => Assert.Equal(Tasks / 9.0, count, 6 * Math.Sqrt(Tasks / 9.0)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(2, 0)]
    [InlineData(2, 4)]
    public void Sizes_that_the_source_does_not_have_are_refused(int leastWay, int leastShot) =>
        Assert.Contains("least way must lie in [2, 4] and the least shot in [1, 3]", Assert.Throws<ArgumentException>(() => new VariedEpisodes(Source(), leastWay, leastShot)).Message, StringComparison.Ordinal);

    [Fact]
    public void Regression_has_no_classes_to_vary() =>
        Assert.Throws<ArgumentException>(() => new VariedEpisodes(new SinusoidTasks(), 1, 1));

    /// <summary>Images of one pixel, all different.</summary>
    private static EpisodeTasks Source() => new(
        new ImageSet([.. Enumerable.Range(0, 50).Select(i => (byte)(i + 1))], classes: 5, imagesPerClass: 10, side: 1), [0, 1, 2, 3, 4], new EpisodeOptions { Way = Way, Shot = Shot, Query = Query });
}
