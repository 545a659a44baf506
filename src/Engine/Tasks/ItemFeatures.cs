namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// A row of numbers for each item, the same for everybody. The first is 1; a row of zeros stands for no item at all, so that supports of fewer items than there is room for are filled up
/// with zeros: they then add nothing to a least-squares head (see <see cref="RatingTasks"/>).
/// </summary>
public sealed class ItemFeatures
{
    /// <summary>Name of the column of offsets, the second where there is one.</summary>
    public const string OffsetName = "offset";

    /// <summary>Name of the column of popularity, the third where there is one.</summary>
    public const string PopularityName = "popularity";

    private const double UsualLogCount = 1.5;
    private const double MiddleYear = 1990, Decades = 20, UnknownYear = 1995;
    private const double EarliestScaled = -3, LatestScaled = 1.2;

    private readonly float[] _values;

    private ItemFeatures(IReadOnlyList<string> names, float[] values)
    {
        Names = names;
        _values = values;
    }

    /// <summary>What each number is.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Numbers of an item.</summary>
    public int Width => Names.Count;

    /// <summary>How many items there are.</summary>
    public int Items => _values.Length / Width;

    /// <summary>
    /// What the catalogue says, which is public: 1; for each genre 1/√(genres of the movie) or 0, so that a movie of many genres weighs no more; t = (year - 1990)/20 and t², t
    /// held between -3 and 1.2. No rating has a part in it.
    /// </summary>
    /// <param name="movies">The catalogue.</param>
    public static ItemFeatures Public(IReadOnlyList<MovieLensMovie> movies)
    {
        ArgumentNullException.ThrowIfNull(movies);
        int genres = MovieLensSet.GenreNames.Count;
        string[] names = ["one", .. MovieLensSet.GenreNames, "year", "year squared"];
        float[] values = new float[movies.Count * names.Length];
        for (int i = 0; i < movies.Count; i++)
        {
            Span<float> row = values.AsSpan(i * names.Length, names.Length);
            row[0] = 1;
            float weight = 1 / MathF.Sqrt(Math.Max(1, int.PopCount(movies[i].Genres)));
            for (int genre = 0; genre < genres; genre++)
            {
                row[1 + genre] = ((movies[i].Genres >> genre) & 1) * weight;
            }

            double time = Math.Clamp(((movies[i].Year ?? UnknownYear) - MiddleYear) / Decades, EarliestScaled, LatestScaled);
            (row[^2], row[^1]) = ((float)time, (float)(time * time));
        }

        return new ItemFeatures(names, values);
    }

    /// <summary>The numbers of an item.</summary>
    /// <param name="item">Its number.</param>
    public ReadOnlySpan<float> Row(int item) => _values.AsSpan(item * Width, Width);

    /// <summary>These, and what was counted of ratings: each item's offset, and its popularity as <see cref="Popularity"/>, behind the first.</summary>
    /// <param name="offsets">How much better than usual each item is rated.</param>
    /// <param name="counts">How often each was rated, at least 0.</param>
    /// <exception cref="ArgumentException">There is another number of items, or a number is not finite.</exception>
    public ItemFeatures WithCounts(IReadOnlyList<double> offsets, IReadOnlyList<double> counts)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        ArgumentNullException.ThrowIfNull(counts);
        return With(PopularityName, [.. counts.Select(Popularity)]).With(OffsetName, [.. offsets]);
    }

    /// <summary>(ln(1 + count) - 1.5)/2: near 0 for an item that a few people rated, near 2 for one that hundreds did.</summary>
    /// <param name="count">How often it was rated, at least 0.</param>
    public static double Popularity(double count) => (Math.Log(1 + count) - UsualLogCount) / 2;

    /// <summary>Whether <see cref="WithCounts"/> made these.</summary>
    internal bool HasCounts => Width > 2 && Names[1] == OffsetName && Names[2] == PopularityName;

    /// <summary>These and one more, behind the first.</summary>
    private ItemFeatures With(string name, ReadOnlySpan<double> column)
    {
        if (column.Length != Items)
        {
            throw new ArgumentException($"With({name}): needs one number for each of {Items} items; got {column.Length}.", nameof(column));
        }

        float[] values = new float[Items * (Width + 1)];
        for (int i = 0; i < column.Length; i++)
        {
            Span<float> row = values.AsSpan(i * (Width + 1), Width + 1);
            row[0] = Row(i)[0];
            row[1] = double.IsFinite(column[i]) ? (float)column[i] : throw new ArgumentException($"With({name}): the number of item {i} is not finite.", nameof(column));
            Row(i)[1..].CopyTo(row[2..]);
        }

        return new ItemFeatures([Names[0], name, .. Names.Skip(1)], values);
    }
}
