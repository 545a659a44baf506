using FastDPMeta.Cli.Plots;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Frontiers;
using SkiaSharp;

namespace FastDPMeta.Cli.Tests.Plots;

public sealed class FrontierPictureTests
{
    [Fact]
    public void The_sketch_has_a_point_for_every_budget_and_a_line_for_every_baseline()
    {
        IReadOnlyList<string> lines = FrontierSketch.Lines(Frontier());
        Assert.Equal(3, lines.Sum(line => line.Count(character => character == '●')));
        Assert.Contains(lines, line => line.Contains("···") && line.EndsWith(" untrained", StringComparison.Ordinal));
        Assert.StartsWith("90.0 % ┤", lines[0]);
        Assert.True(lines[0].Contains('●'), "the best budget stands highest");
        string below = lines[^1];
        Assert.True(below.IndexOf("ε = 1", StringComparison.Ordinal) < below.IndexOf("ε = 8", StringComparison.Ordinal));
        Assert.EndsWith("no privacy", below);
    }

    [Fact]
    public void The_sketch_shows_intervals_and_leaves_out_trainings_that_ran_away()
    {
        Assert.Contains(FrontierSketch.Lines(Frontier(spread: 5)), line => line.Skip(9).Contains('│'));
        Assert.Equal(2, FrontierSketch.Lines(Frontier(first: double.NaN)).Sum(line => line.Count(character => character == '●')));
    }

    [Fact]
    public void The_picture_has_private_points_the_one_without_privacy_and_baselines()
    {
        using SKBitmap picture = SKBitmap.Decode(FrontierPlot.Render(Frontier(spread: 0.1)));
        Assert.All((string[])["#0072B2", "#009E73", "#E69F00"], color => Assert.True(Count(picture, color) > 50, color));
    }

    [Fact]
    public void Words_say_what_all_trainings_spend_together_rounded_up()
    {
        string[] sentences = [.. FrontierText.Spent(Frontier(), "adding or removing one task of 9", " Only tasks.")];
        // Four Gaussian releases of multiplier 4 are one of multiplier 2.
        double together = Math.Ceiling(Accountant.Certify(new GaussianEvent(2), 1e-5).Upper * 1000) / 1000;
        Assert.Contains(FormattableString.Invariant($"the 4 private trainings spend ε ≤ {together:0.000} at δ = 1e-05 for adding or removing one task of 9"), sentences[0]);
        Assert.EndsWith("Only tasks.", sentences[0]);
        Assert.Contains("not the budget of one", sentences[1]);
        Assert.Contains("ε = ∞", sentences[2]);
    }

    private static PrivacyFrontier Frontier(double spread = 0.001, double first = 0.5)
    {
        FrontierDesign design = new("digits", [1, 8, double.PositiveInfinity], [1, 2], 1e-5, "");
        return new PrivacyFrontier(design,
        [
            .. design.Cells.Select(cell => new FrontierRun
            {
                Cell = cell,
                Metric = "accuracy",
                Value = (cell.Epsilon == 1 ? first : cell.Epsilon == 8 ? 0.7 : 0.9) - (cell.Key == 1 ? 0 : spread / 100),
                EpsilonSpent = cell.Epsilon,
                Seconds = 1,
                Baselines = [new FrontierBaseline("untrained", 0.2)],
                Released = cell.IsPrivate ? new GaussianEvent(4) : null,
            }),
        ]);
    }

    private static int Count(SKBitmap picture, string color)
    {
        SKColor wanted = SKColor.Parse(color);
        return Enumerable.Range(0, picture.Width).Sum(x => Enumerable.Range(0, picture.Height).Count(y => picture.GetPixel(x, y) == wanted));
    }
}
