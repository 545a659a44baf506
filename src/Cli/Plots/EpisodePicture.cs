using FastDPMeta.Cli.Training;
using SkiaSharp;

namespace FastDPMeta.Cli.Plots;

/// <summary>
/// Fresh episodes: one row a class, its support images on the left; on the right the query images that belong to it, each framed green
/// when the prediction is right, and framed red with the class that was predicted instead.
/// </summary>
internal static class EpisodePicture
{
    private const int Cell = 48;
    private const int Gap = 6;
    private const int Margin = 16;
    private const int Header = 26;
    private const int GreatestQueries = 10; // of a class: more would not be looked at

    /// <summary>A PNG.</summary>
    internal static byte[] Render(IReadOnlyList<EpisodeAdaptation> episodes)
    {
        Palette.Apply();
        int width = episodes.Max(episode => Margin + LeftOfQueries(episode) + (QueriesShown(episode) * (Cell + Gap)) + Margin);
        int height = Margin + episodes.Sum(HeightOf) + Margin;
        using SKBitmap bitmap = new(width, height);
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(SKColors.White);
        int top = Margin;
        foreach (EpisodeAdaptation episode in episodes)
        {
            Draw(canvas, episode, top);
            top += HeightOf(episode);
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    private static int Way(EpisodeAdaptation episode) => episode.Support.Length / (episode.Side * episode.Side * episode.Shot);

    private static int HeightOf(EpisodeAdaptation episode) => Header + (Way(episode) * (Cell + Gap)) + Margin;

    // Room for the class number, the support images and a wide gap.
    private static int LeftOfQueries(EpisodeAdaptation episode) => (2 * Gap) + ((episode.Shot + 1) * (Cell + Gap));

    private static int QueriesShown(EpisodeAdaptation episode) =>
        Math.Min(GreatestQueries, Enumerable.Range(0, Way(episode)).Max(way => episode.Labels.Count(label => label == way)));

    private static void Draw(SKCanvas canvas, EpisodeAdaptation episode, int top)
    {
        using SKTypeface typeface = SKTypeface.FromFamilyName(ScottPlot.Fonts.Default);
        using SKFont font = new(typeface) { Size = 15 };
        using SKPaint ink = new() { Color = SKColors.Black, IsAntialias = true };
        int right = episode.Labels.Zip(episode.Predictions).Count(pair => pair.First == pair.Second);
        canvas.DrawText("support", Margin + Cell, top + 15, font, ink);
        canvas.DrawText($"query: {right} of {episode.Labels.Length} right", Margin + LeftOfQueries(episode), top + 15, font, ink);
        int pixels = episode.Side * episode.Side;
        for (int way = 0; way < Way(episode); way++)
        {
            int y = top + Header + (way * (Cell + Gap));
            canvas.DrawText($"{way + 1}", Margin + 12, y + (Cell / 2) + 5, font, ink);
            for (int shot = 0; shot < episode.Shot; shot++)
            {
                ReadOnlySpan<float> image = episode.Support.AsSpan(((way * episode.Shot) + shot) * pixels, pixels);
                DrawImage(canvas, image, episode.Side, Margin + Cell + (shot * (Cell + Gap)), y, SKColors.Gray);
            }

            DrawQueries(canvas, episode, way, y, font);
        }
    }

    private static void DrawQueries(SKCanvas canvas, EpisodeAdaptation episode, int way, int y, SKFont font)
    {
        int pixels = episode.Side * episode.Side;
        int shown = 0;
        SKColor right = ToSkia(Palette.Right);
        SKColor wrong = ToSkia(Palette.Wrong);
        using SKPaint red = new() { Color = wrong, IsAntialias = true };
        for (int i = 0; i < episode.Labels.Length && shown < GreatestQueries; i++)
        {
            if (episode.Labels[i] != way)
            {
                continue;
            }

            int x = Margin + LeftOfQueries(episode) + (shown++ * (Cell + Gap));
            bool correct = episode.Predictions[i] == way;
            DrawImage(canvas, episode.Query.AsSpan(i * pixels, pixels), episode.Side, x, y, correct ? right : wrong);
            if (!correct)
            {
                canvas.DrawText($"{episode.Predictions[i] + 1}", x + 4, y + 15, font, red);
            }
        }
    }

    private static void DrawImage(SKCanvas canvas, ReadOnlySpan<float> ink, int side, int x, int y, SKColor frame)
    {
        using SKBitmap image = new(side, side);
        for (int i = 0; i < ink.Length; i++)
        {
            byte paper = (byte)MathF.Round(255f * (1f - Math.Clamp(ink[i], 0f, 1f)));
            image.SetPixel(i % side, i / side, new SKColor(paper, paper, paper));
        }

        SKRect place = SKRect.Create(x, y, Cell, Cell);
        using SKPaint border = new() { Color = frame, Style = SKPaintStyle.Stroke, StrokeWidth = 3, IsAntialias = true };
        canvas.DrawBitmap(image, place);
        canvas.DrawRect(place, border);
    }

    private static SKColor ToSkia(ScottPlot.Color color) => new(color.Red, color.Green, color.Blue);
}
