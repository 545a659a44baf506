using System.Globalization;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// MovieLens in memory: movies as everybody may know them, and people as nothing but their ratings (Harper and Konstan 2015, "The MovieLens datasets: history and
/// context", ACM TiiS 5, 19). Reads the tables of <c>ml-latest-small</c>, plain or compressed with gzip: <c>movies.csv</c>, <c>ratings.csv</c> and, where it is there,
/// <c>users.csv</c> with each person's part. Neither age nor sex nor zip code is read, from any table.
/// </summary>
/// <remarks>
/// Without <c>users.csv</c> every person is put by a hash of the number: four in five to learn from, one in ten to choose settings by, one in ten to report on. Nobody's place depends on who else is in the table.
/// </remarks>
public sealed class MovieLensSet
{
    private const string MoviesName = "movies.csv", RatingsName = "ratings.csv", UsersName = "users.csv";
    private const double TrainShare = 0.8, ValidationShare = 0.1;
    private const string NoGenres = "(no genres listed)";

    private readonly Dictionary<UserSplit, RatedItems[]> _users;

    private MovieLensSet(IReadOnlyList<MovieLensMovie> movies, Dictionary<UserSplit, RatedItems[]> users) => (Movies, _users) = (movies, users);

    /// <summary>The genres of the catalogue, in the order of the bits of <see cref="MovieLensMovie.Genres"/>.</summary>
    public static IReadOnlyList<string> GenreNames { get; } =
    [
        "Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "IMAX", "Musical", "Mystery", "Romance", "Sci-Fi",
        "Thriller", "War", "Western",
    ];

    /// <summary>Lowest and highest rating that can be given: public, as the form is.</summary>
    public static (float Lowest, float Highest) Scale { get; } = (0.5f, 5);

    /// <summary>The catalogue; an item's number is its place here.</summary>
    public IReadOnlyList<MovieLensMovie> Movies { get; }

    /// <summary>The people of one part, in the order of their numbers.</summary>
    /// <param name="split">Which part.</param>
    public IReadOnlyList<RatedItems> UsersIn(UserSplit split) => _users[split];

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">Holds the tables.</param>
    /// <exception cref="DataFileException">A table is missing, unreadable or damaged; one line names it.</exception>
    public static MovieLensSet Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DataFileException(folder, "there is no such folder", $"Give the folder that holds {MoviesName} and {RatingsName}, or leave it out to have them downloaded.");
        }

        MovieLensMovie[] movies = [.. ReadMovies(folder)];
        SortedDictionary<int, RatedItems> people = ReadRatings(folder, movies);
        Dictionary<int, UserSplit> splits = CsvRows.Find(folder, UsersName) is null ? Hashed(people.Keys) : ReadSplits(folder);
        int[] lost = [.. people.Keys.Where(person => !splits.ContainsKey(person))];
        if (lost.Length > 0)
        {
            throw new DataFileException(Path.Combine(folder, UsersName), $"user {lost[0]} has ratings but no split", "Add the line, or remove the file to have people split by a hash.");
        }

        return new MovieLensSet(
            movies, Enum.GetValues<UserSplit>().ToDictionary(split => split, split => people.Where(person => splits[person.Key] == split).Select(person => person.Value).ToArray()));
    }

    private static IEnumerable<MovieLensMovie> ReadMovies(string folder)
    {
        // The original has movieId,title,genres; a table with a year of its own has it between them.
        bool withYear = CsvRows.Read(folder, MoviesName, "movieId", "title").First().Fields.Length > 3;
        foreach ((int line, string[] fields) in CsvRows.Read(folder, MoviesName, "movieId", "title"))
        {
            string genres = fields[withYear ? 3 : 2];
            int? mask = fields.Length > 2 && int.TryParse(fields[0], CultureInfo.InvariantCulture, out int id) ? Genres(genres) : null;
            yield return mask is int bits
                ? new MovieLensMovie(int.Parse(fields[0], CultureInfo.InvariantCulture), fields[1], YearOf(fields[1]), bits)
                : throw CsvRows.Damaged(CsvRows.Find(folder, MoviesName)!, line);
        }
    }

    private static SortedDictionary<int, RatedItems> ReadRatings(string folder, MovieLensMovie[] movies)
    {
        Dictionary<string, int> numbers = movies.Select((movie, i) => (movie.Id, i)).ToDictionary(pair => pair.Id.ToString(CultureInfo.InvariantCulture), pair => pair.i);
        Dictionary<int, (List<int> Items, List<float> Ratings)> people = [];
        foreach ((int line, string[] fields) in CsvRows.Read(folder, RatingsName, "userId", "movieId", "rating"))
        {
            if (!int.TryParse(fields[0], CultureInfo.InvariantCulture, out int person) || !numbers.TryGetValue(fields[1], out int item)
                || !float.TryParse(fields[2], CultureInfo.InvariantCulture, out float rating) || !(rating >= Scale.Lowest && rating <= Scale.Highest))
            {
                throw CsvRows.Damaged(CsvRows.Find(folder, RatingsName)!, line);
            }

            if (!people.TryGetValue(person, out (List<int> Items, List<float> Ratings) own))
            {
                people.Add(person, own = ([], []));
            }

            own.Items.Add(item);
            own.Ratings.Add(rating);
        }

        return new SortedDictionary<int, RatedItems>(people.ToDictionary(
            pair => pair.Key, pair => new RatedItems(pair.Value.Items.ToArray(), pair.Value.Ratings.ToArray())));
    }

    private static Dictionary<int, UserSplit> ReadSplits(string folder)
    {
        Dictionary<int, UserSplit> splits = [];
        foreach ((int line, string[] fields) in CsvRows.Read(folder, UsersName, "userId", "split"))
        {
            UserSplit? split = fields[1] switch { "train" => UserSplit.Train, "val" => UserSplit.Validation, "test" => UserSplit.Test, _ => null };
            if (split is null || !int.TryParse(fields[0], CultureInfo.InvariantCulture, out int person) || !splits.TryAdd(person, split.Value))
            {
                throw CsvRows.Damaged(CsvRows.Find(folder, UsersName)!, line);
            }
        }

        return splits;
    }

    private static Dictionary<int, UserSplit> Hashed(IEnumerable<int> people)
    {
        using RandomKey root = RandomKey.UnsafeFixed(0);
        using RandomKey key = root.Derive("movielens split");
        using RandomStream stream = new(key);
        return people.ToDictionary(person => person, person =>
        {
            stream.Restart(key, 0, (ulong)person);
            double place = stream.NextDouble();
            return place < TrainShare ? UserSplit.Train : place < TrainShare + ValidationShare ? UserSplit.Validation : UserSplit.Test;
        });
    }

    /// <summary>The bits of a list such as <c>Adventure|Drama</c>; null where a name is unknown.</summary>
    private static int? Genres(string list)
    {
        int mask = 0;
        foreach (string name in list == NoGenres ? [] : list.Split('|'))
        {
            int bit = GenreNames.ToList().IndexOf(name);
            if (bit < 0)
            {
                return null;
            }

            mask |= 1 << bit;
        }

        return mask;
    }

    /// <summary>The year in brackets at the end of a title.</summary>
    private static int? YearOf(string title)
    {
        const int Digits = 4;
        string text = title.TrimEnd();
        return text.Length > Digits + 2 && text[^1] == ')' && text[^(Digits + 2)] == '(' && int.TryParse(text.AsSpan(text.Length - Digits - 1, Digits), CultureInfo.InvariantCulture, out int year)
            ? year : null;
    }
}
