using FastDPMeta.Cli.Plots;
using FastDPMeta.Cli.Tests.Training;
using FastDPMeta.Cli.Training;
using SkiaSharp;

namespace FastDPMeta.Cli.Tests.Plots;

/// <summary>A picture is right when what it must show is in it: its colours, not its looks.</summary>
public sealed class PlotTests
{
    [Fact]
    public void Adaptation_shows_truth_before_and_after_for_each_task()
    {
        using SKBitmap picture = Decode(AdaptationPlot.Render([.. Enumerable.Range(1, 3).Select(PretendRunner.SampleSinusoid)]));
        Assert.Equal(3 * 460, picture.Width);
        for (int panel = 0; panel < 3; panel++)
        {
            Assert.All((string[])["#999999", "#E69F00", "#56B4E9", "#0072B2"], color => Assert.True(Count(picture, color, panel * 460, 460) > 20, $"{color} in panel {panel}"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rounds_show_epsilon_only_where_there_is_one(bool isPrivate)
    {
        RoundPoint[] history = [.. Enumerable.Range(1, 300).Select(i => new RoundPoint(i, i == 7 ? double.NaN : 4.0 / i, isPrivate ? i / 100.0 : null))];
        using SKBitmap picture = Decode(RoundsPlot.Render(history));
        Assert.True(Count(picture, "#0072B2", 0, picture.Width) > 50);
        Assert.Equal(isPrivate, Count(picture, "#D55E00", 0, picture.Width) > 50);
    }

    [Fact]
    public void Episodes_frame_right_answers_green_and_wrong_ones_red()
    {
        EpisodeAdaptation episode = PretendRunner.SampleEpisode();
        using SKBitmap mixed = Decode(EpisodePicture.Render([episode]));
        Assert.True(Count(mixed, "#009E73", 0, mixed.Width) > 50 && Count(mixed, "#D55E00", 0, mixed.Width) > 50);
        using SKBitmap perfect = Decode(EpisodePicture.Render([episode with { Predictions = episode.Labels }]));
        Assert.Equal(0, Count(perfect, "#D55E00", 0, perfect.Width));
    }

    private static SKBitmap Decode(byte[] png) => SKBitmap.Decode(png);

    private static int Count(SKBitmap picture, string color, int left, int width)
    {
        SKColor wanted = SKColor.Parse(color);
        int count = 0;
        for (int x = left; x < left + width; x++)
        {
            for (int y = 0; y < picture.Height; y++)
            {
                count += picture.GetPixel(x, y) == wanted ? 1 : 0;
            }
        }

        return count;
    }
}
