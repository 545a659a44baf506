using FastDPMeta.Engine.Tasks;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class MovieLensSetTests : IDisposable
{
    private const string Shared = "data/movielens-latest-small";
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void The_real_set_loads_with_the_published_counts()
    {
        MovieLensSet set = Real();
        Assert.Equal(9742, set.Movies.Count);
        Assert.Equal((400, 50, 60), (set.UsersIn(UserSplit.Train).Count, set.UsersIn(UserSplit.Validation).Count, set.UsersIn(UserSplit.Test).Count));
        Assert.Equal(84_800, Enum.GetValues<UserSplit>().Sum(split => set.UsersIn(split).Sum(person => person.Count)));
        Assert.Equal(new MovieLensMovie(1, "Toy Story (1995)", 1995, 286), set.Movies[0]);
        Assert.Equal(34, set.Movies.Count(movie => movie.Genres == 0));
    }

    [SkippableFact]
    public void The_bias_model_has_the_published_errors()
    {
        // Mean and deviation over 20 draws, from the data's own description; ours are other draws, of which the mean lies within a standard error or two of theirs.
        MovieLensSet set = Real();
        BiasModel model = new(set.UsersIn(UserSplit.Train), set.Movies.Count);
        RatingProtocol protocol = new(set.UsersIn(UserSplit.Test));
        foreach ((int known, double mean, double deviation) in ((int, double, double)[])[(0, 1.003, 0.002), (1, 1.001, 0.035), (5, 0.981, 0.022), (10, 0.963, 0.012)])
        {
            RatingScores scores = protocol.Score(known, (_, person, places, asked, results) => model.Predict(protocol.People[person], places, asked, results));
            Assert.InRange(scores.Rmse, mean - (3 * deviation / Math.Sqrt(20 / 2.0)), mean + (3 * deviation / Math.Sqrt(20 / 2.0)));
            Assert.InRange(scores.RmseDeviation, deviation / 3, deviation * 3);
        }
    }

    [Fact]
    public void The_original_tables_load_without_a_split_and_people_are_split_the_same_every_time()
    {
        WriteOriginal(people: 20);
        MovieLensSet set = MovieLensSet.Load(_folder);
        Assert.Equal([new(7, "Comma, The (1999)", 1999, (1 << 4) | (1 << 7)), new(9, "No year \"x\"", null, 0), new(12, "War (2001)", 2001, 1 << 17)], set.Movies);
        Assert.Equal([0, 2], set.UsersIn(UserSplit.Test)[0].Items.ToArray());
        Assert.Equal(Places(set), Places(MovieLensSet.Load(_folder)));
    }

    [Fact]
    public void Nobodys_place_in_the_split_depends_on_who_else_is_there()
    {
        WriteOriginal(people: 200);
        float[][][] all = Places(MovieLensSet.Load(_folder));
        Assert.InRange(all[(int)UserSplit.Train].Length, 132, 186); // 160 expected; five deviations
        Assert.Equal(200, all.Sum(split => split.Length));
        WriteOriginal(people: 199);
        float[][][] fewer = Places(MovieLensSet.Load(_folder));
        Assert.Equal(199, fewer.Sum(split => split.Length));
        Assert.All(fewer.Zip(all), pair => Assert.Equal(pair.First, pair.Second[..pair.First.Length]));
    }

    private static float[][][] Places(MovieLensSet set) =>
        [.. Enum.GetValues<UserSplit>().Select(split => set.UsersIn(split).Select(person => person.Ratings.ToArray()).ToArray())];

    [Theory]
    [InlineData("ratings.csv", "userId,movieId,rating,timestamp\n1,8,4.0,1\n", "line 2 is damaged")]
    [InlineData("ratings.csv", "userId,movieId,rating,timestamp\n1,7,4.0,1\n1,9,5.5,1\n", "line 3 is damaged")]
    [InlineData("ratings.csv", "userId,movieId,rating,timestamp\n1,7,NaN,1\n", "line 2 is damaged")]
    [InlineData("ratings.csv", "userId,movieId\n1,7\n", "the first line does not begin with userId,movieId,rating")]
    [InlineData("movies.csv", "movieId,title,genres\n7,x (1999),Opera\n", "line 2 is damaged")]
    [InlineData("users.csv", "userId,split,ratings\n1,train,2\n", "user 2 has ratings but no split")]
    [InlineData("users.csv", "userId,split,ratings\n1,holdout,2\n", "line 2 is damaged")]
    public void A_damaged_table_is_named_with_its_line(string name, string content, string problem)
    {
        WriteOriginal(people: 3);
        File.WriteAllText(Path.Combine(_folder, name), content);
        DataFileException error = Assert.Throws<DataFileException>(() => MovieLensSet.Load(_folder));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_or_table_is_named()
    {
        Assert.Contains("there is no such folder", Assert.Throws<DataFileException>(() => MovieLensSet.Load(Path.Combine(_folder, "nowhere"))).Message, StringComparison.Ordinal);
        Assert.Contains("movies.csv: there is no such file", Assert.Throws<DataFileException>(() => MovieLensSet.Load(_folder)).Message, StringComparison.Ordinal);
    }

    private static MovieLensSet Real()
    {
        Skip.IfNot(SharedFolder.TryFind(Shared, out string folder), SharedFolder.Missing(Shared));
        return MovieLensSet.Load(folder);
    }

    private void WriteOriginal(int people)
    {
        File.WriteAllText(
            Path.Combine(_folder, "movies.csv"), "movieId,title,genres\n7,\"Comma, The (1999)\",Comedy|Drama\n9,\"No year \"\"x\"\"\",(no genres listed)\n12,War (2001),War\n");
        File.WriteAllText(
            Path.Combine(_folder, "ratings.csv"),
            "userId,movieId,rating,timestamp\n" + string.Concat(Enumerable.Range(1, people).Select(person => $"{person},7,{(person % 9 * 0.5) + 0.5:0.0},1\n{person},12,3.5,2\n")));
    }
}
