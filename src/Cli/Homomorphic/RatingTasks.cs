using System.Globalization;
using System.IO.Compression;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Privacy.Homomorphic.Learning;

namespace FastDPMeta.Cli.Homomorphic;

/// <summary>
/// Users of MovieLens (Harper, Konstan 2015) as tasks of least squares: rating - 3.5 from sixteen features of a film, a constant and fifteen genres.
/// Ratings at even places of a user's list are support, at odd places query.
/// </summary>
internal sealed class RatingTasks
{
    internal const int Features = 16;
    internal const double Middle = 3.5;
    internal const double Ridge = 0.02;

    // Bits of genre_mask that are features; Film-Noir, IMAX, Musical and Western are too rare.
    private static readonly int[] Genres = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16, 17];

    private readonly Dictionary<int, List<(int Film, double Rating)>> _ratings = [];
    private readonly Dictionary<int, double[]> _films = [];
    private readonly Dictionary<string, List<int>> _users = [];

    private RatingTasks()
    {
    }

    /// <summary>Reads <c>movies.csv.gz</c>, <c>ratings.csv.gz</c> and <c>users.csv</c> of a folder.</summary>
    internal static RatingTasks Read(string folder)
    {
        RatingTasks tasks = new();
        foreach (string[] row in Rows(Path.Combine(folder, "movies.csv.gz")))
        {
            int mask = int.Parse(row[^1], CultureInfo.InvariantCulture);
            tasks._films[int.Parse(row[0], CultureInfo.InvariantCulture)] = [1, .. Genres.Select(genre => (double)((mask >> genre) & 1))];
        }

        foreach (string[] row in Rows(Path.Combine(folder, "users.csv")))
        {
            (tasks._users.TryGetValue(row[1], out List<int>? users) ? users : tasks._users[row[1]] = []).Add(int.Parse(row[0], CultureInfo.InvariantCulture));
        }

        foreach (string[] row in Rows(Path.Combine(folder, "ratings.csv.gz")))
        {
            int user = int.Parse(row[0], CultureInfo.InvariantCulture);
            List<(int, double)> rated = tasks._ratings.TryGetValue(user, out List<(int, double)>? known) ? known : tasks._ratings[user] = [];
            rated.Add((int.Parse(row[1], CultureInfo.InvariantCulture), double.Parse(row[2], CultureInfo.InvariantCulture) - Middle));
        }

        return tasks;
    }

    /// <summary>Tasks of the users of a split: all ratings (parity null), or those at even (0) or odd (1) places.</summary>
    internal List<GramTask> Of(string split, int? parity = null) => [.. _users[split].Select(user => Task(user, parity))];

    /// <summary>
    /// Root mean squared error, and the share of ratings put on the right side of 3.5, on queries of test users after adapting to their supports.
    /// </summary>
    internal (double Error, double Accuracy) Test(EncryptedMetaOptions options, double[] start)
    {
        double squares = 0;
        int right = 0;
        int count = 0;
        foreach (int user in _users["test"])
        {
            double[] weights = options.Adapt(Task(user, 0), start);
            foreach ((int film, double rating) in _ratings[user].Where((_, place) => place % 2 == 1))
            {
                double predicted = _films[film].Zip(weights, (x, w) => x * w).Sum();
                squares += (predicted - rating) * (predicted - rating);
                right += (predicted >= 0) == (rating >= 0) ? 1 : 0;
                count++;
            }
        }

        return (Math.Sqrt(squares / count), (double)right / count);
    }

    private GramTask Task(int user, int? parity)
    {
        (int Film, double Rating)[] rated = [.. _ratings[user].Where((_, place) => parity is null || place % 2 == parity)];
        double[,] features = new double[rated.Length, Features];
        for (int n = 0; n < rated.Length; n++)
        {
            for (int i = 0; i < Features; i++)
            {
                features[n, i] = _films[rated[n].Film][i];
            }
        }

        return new GramTask(features, Array.ConvertAll(rated, one => one.Rating), Ridge);
    }

    /// <summary>Rows below the header. Quoted titles may hold commas: only the first two and the last field are right then, and no others are used.</summary>
    private static IEnumerable<string[]> Rows(string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandException($"he: there is no {path}. Give the folder of the data set movielens-latest-small by --data.");
        }

        using Stream file = File.OpenRead(path);
        using StreamReader reader = new(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            yield return line.Split(',');
        }
    }
}
