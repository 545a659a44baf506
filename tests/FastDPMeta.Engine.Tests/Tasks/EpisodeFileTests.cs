using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

/// <summary>Episodes written down and built again: the same numbers as the sampler gave.</summary>
public sealed class EpisodeFileTests : IDisposable
{
    private const int Classes = 6;
    private const int PerClass = 5;
    private const int Side = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory("fastdpmeta-episodes").FullName;

    private string Path => System.IO.Path.Combine(_folder, "episodes.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Episodes_read_from_a_file_are_the_episodes_that_were_drawn(bool rotate)
    {
        ImageSet images = Images();
        EpisodeTasks drawn = new(images, [0, 1, 3, 4, 5], new EpisodeOptions { Way = 3, Shot = 2, Query = 2, Rotate = rotate, Seed = 9 });
        string hash = EpisodeFile.Write(Path, Enumerable.Range(0, 40).Select(id => drawn.Sample(id)));
        RecordedEpisodes recorded = new(rotate ? images.WithRotations() : images, EpisodeFile.Read(Path, hash));
        Assert.Equal(40, recorded.Count);
        for (int id = 0; id < recorded.Count; id++)
        {
            Assert.Equal(new TaskBuffers(drawn).Fill(id).All(), new TaskBuffers(recorded).Fill(id).All());
        }
    }

    [Fact]
    public void A_line_is_an_episode_and_the_hash_is_that_of_the_bytes()
    {
        EpisodeSample one = new(7, [3, 0], [[1], [4]], [[2, 0], [0, 3]]);
        string hash = EpisodeFile.Write(Path, [one]);
        Assert.Equal("{\"task\":7,\"classes\":[3,0],\"support\":[[1],[4]],\"query\":[[2,0],[0,3]]}\n", File.ReadAllText(Path));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path))), hash);
        Assert.Equal(hash, EpisodeFile.Hash([one]));
        Assert.NotEqual(hash, EpisodeFile.Hash([one with { Task = 8 }]));
    }

    [Fact]
    public void A_stream_gets_the_bytes_of_the_file_and_the_same_hash()
    {
        EpisodeSample[] episodes = [new(0, [1, 0], [[0], [2]], [[1], [3]]), new(1, [0, 1], [[1], [0]], [[2], [1]])];
        using MemoryStream stream = new();
        Assert.Equal(EpisodeFile.Write(Path, episodes), EpisodeFile.Write(stream, episodes));
        Assert.Equal(File.ReadAllBytes(Path), stream.ToArray());
    }

    [Fact]
    public void Equal_seeds_give_equal_hashes_and_other_seeds_others()
    {
        string Hash(ulong seed)
        {
            EpisodeTasks tasks = new(Images(), [0, 1, 2, 3, 4, 5], new EpisodeOptions { Way = 3, Shot = 1, Query = 2, Seed = seed });
            return EpisodeFile.Hash(Enumerable.Range(0, 10).Select(id => tasks.Sample(id)));
        }

        Assert.Equal(Hash(4), Hash(4));
        Assert.NotEqual(Hash(4), Hash(5));
    }

    [Fact]
    public void A_file_with_another_hash_is_refused()
    {
        EpisodeFile.Write(Path, [new(0, [1], [[0]], [[1]])]);
        Assert.Contains("other episodes than asked for", Assert.Throws<DataFileException>(() => EpisodeFile.Read(Path, new string('0', 64))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"task\":0,\"classes\":[1],\"support\":[[0]],\"query\":[[0]]}", "all its images must be different")]
    [InlineData("{\"task\":0,\"classes\":[1,1],\"support\":[[0],[1]],\"query\":[[2],[3]]}", "a class stands twice")]
    [InlineData("{\"task\":0,\"classes\":[1,2],\"support\":[[0]],\"query\":[[2],[3]]}", "for each of its classes")]
    [InlineData("{\"task\":0,\"classes\":[1]}", "is no episode")]
    [InlineData("task 0", "is no episode")]
    public void A_damaged_line_is_named(string line, string problem)
    {
        File.WriteAllText(Path, "{\"task\":0,\"classes\":[1],\"support\":[[0]],\"query\":[[1]]}\n" + line + "\n");
        DataFileException error = Assert.Throws<DataFileException>(() => EpisodeFile.Read(Path));
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains("can't be read", Assert.Throws<DataFileException>(() => EpisodeFile.Read(Path)).Message, StringComparison.Ordinal);

    [Fact]
    public void Episodes_of_several_shapes_are_told_apart_and_refused_as_one()
    {
        EpisodeSample[] episodes = [new(0, [1, 2], [[0], [0]], [[1], [1]]), new(1, [1, 2, 3], [[0], [0], [0]], [[1], [1], [1]]), new(2, [4, 2], [[0], [0]], [[1], [1]])];
        Assert.Contains("Take ByShape", Assert.Throws<ArgumentException>(() => new RecordedEpisodes(Images(), episodes)).Message, StringComparison.Ordinal);
        Assert.Equal([(2, 2), (3, 1)], RecordedEpisodes.ByShape(Images(), episodes).Select(source => (source.Way, source.Count)));
    }

    [Theory]
    [InlineData(Classes, 0, "names class 6; there are 6")]
    [InlineData(0, PerClass, "a class has 5")]
    public void Classes_and_images_that_do_not_exist_are_refused(int classId, int image, string problem) =>
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => new RecordedEpisodes(Images(), [new(0, [classId], [[image]], [[1]])])).Message, StringComparison.Ordinal);

    [Fact]
    public void Rotations_are_classes_of_their_own()
    {
        ImageSet images = new([0, 1, 2, 3], classes: 1, imagesPerClass: 1, side: 2);
        ImageSet all = images.WithRotations();
        Assert.Equal(4, all.Classes);
        Assert.Equal([0, 1, 2, 3], images.RotationsOf(0));
        Assert.Equal([2, 4, 8, 10, 14, 16, 20, 22], Images().RotationsOf(2, 4));

        // 0 1 / 2 3 turned anticlockwise.
        Assert.Equal([0, 1, 2, 3], all.Image(0, 0).ToArray());
        Assert.Equal([1, 3, 0, 2], all.Image(1, 0).ToArray());
        Assert.Equal([3, 2, 1, 0], all.Image(2, 0).ToArray());
        Assert.Equal([2, 0, 3, 1], all.Image(3, 0).ToArray());
    }

    private static ImageSet Images() =>
        new([.. Enumerable.Range(0, Classes * PerClass * Side * Side).Select(i => (byte)(i * 37))], Classes, PerClass, Side);
}
