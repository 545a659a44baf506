using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

/// <summary>Images here carry their class, number and pixel position in their bytes, so that an episode tells where each pixel came from.</summary>
public sealed class EpisodeTasksTests
{
    private const int Classes = 12;
    private const int PerClass = 9;
    private const int Side = 2;

    [Fact]
    public void An_episode_has_different_classes_and_never_the_same_image_twice()
    {
        EpisodeTasks tasks = new(Marked(), [0, 2, 4, 6, 8, 10], new EpisodeOptions { Way = 5, Shot = 2, Query = 3 });
        for (int id = 0; id < 200; id++)
        {
            TaskBuffers buffers = new TaskBuffers(tasks).Fill(id);
            (int Class, int Image)[] support = [.. Sources(buffers.SupportInputs)];
            (int Class, int Image)[] query = [.. Sources(buffers.QueryInputs)];
            Assert.Equal(25, support.Concat(query).Distinct().Count());
            Assert.All(support.Concat(query), source => Assert.True(source.Class % 2 == 0));
            AssertLabelsFollowClasses(support, buffers.SupportLabels, query, buffers.QueryLabels);
        }
    }

    [Fact]
    public void Labels_are_class_by_class_in_support_and_query()
    {
        EpisodeTasks tasks = new(Marked(), All(), new EpisodeOptions { Way = 3, Shot = 2, Query = 1 });
        TaskBuffers buffers = new TaskBuffers(tasks).Fill(7);
        Assert.Equal([0f, 0f, 1f, 1f, 2f, 2f], buffers.SupportLabels);
        Assert.Equal([0f, 1f, 2f], buffers.QueryLabels);
    }

    /// <summary>Every class and image of 3,000 episodes within 6 standard deviations of its expected count: false alarm below 1e-6, key fixed.</summary>
    [Fact]
    public void Every_class_and_every_image_is_drawn_equally_often()
    {
        EpisodeTasks tasks = new(Marked(), All(), new EpisodeOptions { Way = 4, Shot = 1, Query = 1 });
        TaskBuffers buffers = new(tasks);
        int[] counts = new int[Classes * PerClass];
        const int Episodes = 3000;
        for (int id = 0; id < Episodes; id++)
        {
            foreach ((int c, int image) in Sources(buffers.Fill(id).SupportInputs))
            {
                counts[(c * PerClass) + image]++;
            }
        }

        double expected = Episodes * 4.0 / counts.Length;
        Assert.All(counts, count => Assert.Equal(expected, count, 6 * Math.Sqrt(expected)));
    }

    [Fact]
    public void Rotation_turns_all_images_of_a_class_alike_and_takes_all_four_values()
    {
        EpisodeTasks tasks = new(Positions(), All(), new EpisodeOptions { Way = 3, Shot = 2, Query = 2, Rotate = true });
        HashSet<string> seen = [];
        for (int id = 0; id < 50; id++)
        {
            TaskBuffers buffers = new TaskBuffers(tasks).Fill(id);
            for (int way = 0; way < 3; way++)
            {
                float[] first = buffers.SupportInputs[(way * 8)..((way * 8) + 4)];
                Assert.Equal(first, buffers.SupportInputs[((way * 8) + 4)..((way * 8) + 8)]);
                Assert.Equal(first, buffers.QueryInputs[(way * 8)..((way * 8) + 4)]);
                seen.Add(string.Join(' ', first.Select(v => MathF.Round(v * 255))));
            }
        }

        // 0 1 / 2 3 turned anticlockwise by 0, 90, 180 and 270 degrees.
        Assert.Equal(["0 1 2 3", "1 3 0 2", "2 0 3 1", "3 2 1 0"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_rotation_images_stay_upright_and_pixels_lie_in_0_to_1()
    {
        EpisodeTasks tasks = new(Positions(), All(), new EpisodeOptions { Way = 2, Shot = 1, Query = 1 });
        TaskBuffers buffers = new TaskBuffers(tasks).Fill(1);
        Assert.Equal([0f, 1f / 255, 2f / 255, 3f / 255], buffers.SupportInputs[..4].Select(v => v), new Close());
        ImageSet white = new([.. Enumerable.Repeat((byte)255, 2 * 2)], classes: 2, imagesPerClass: 2, side: 1);
        Assert.All(new TaskBuffers(new EpisodeTasks(white, [0, 1], new EpisodeOptions { Way = 2, Query = 1 })).Fill(0).QueryInputs, v => Assert.Equal(1f, v));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 1)]
    [InlineData(2, 2)]
    public void Centring_brings_the_ink_to_the_middle_of_each_image(int row, int column)
    {
        const int Wide = 5;
        byte[] pixels = new byte[2 * 2 * Wide * Wide];
        for (int image = 0; image < 4; image++)
        {
            pixels[(image * Wide * Wide) + (row * Wide) + column] = 255;
        }

        EpisodeOptions options = new() { Way = 2, Query = 1, Rotate = true, Center = true };
        TaskBuffers buffers = new TaskBuffers(new EpisodeTasks(new ImageSet(pixels, 2, 2, Wide), [0, 1], options)).Fill(3);
        Assert.Equal(1f, buffers.SupportInputs[(2 * Wide) + 2]);
        Assert.Equal(1f, buffers.QueryInputs[(Wide * Wide) + (2 * Wide) + 2]);
        Assert.Equal(4f, buffers.SupportInputs.Sum() + buffers.QueryInputs.Sum());
    }

    [Fact]
    public void Centring_leaves_images_without_ink_alone_and_drops_what_leaves_the_frame()
    {
        // Both images of the first class have two columns of ink, which move left by one, and a pixel on the left, which that pushes out.
        byte[] pixels = new byte[2 * 2 * 25];
        foreach (int pixel in (int[])[3, 4, 8, 9, 13, 14, 18, 19, 23, 24, 20])
        {
            pixels[pixel] = pixels[25 + pixel] = 255;
        }

        EpisodeOptions options = new() { Way = 2, Query = 1, Center = true };
        TaskBuffers buffers = new TaskBuffers(new EpisodeTasks(new ImageSet(pixels, 2, 2, 5), [0, 1], options)).Fill(0);
        float[] inked = [.. buffers.SupportInputs.Chunk(25).Single(image => image.Sum() > 0)];
        Assert.Equal([0f, 0f, 1f, 1f, 0f], inked[..5]);
        Assert.Equal(10f, inked.Sum());
    }

    [Fact]
    public void Filling_allocates_nothing_after_the_first_time()
    {
        TaskBuffers buffers = new(new EpisodeTasks(Marked(), All(), new EpisodeOptions { Query = 2, Rotate = true }));
        buffers.Fill(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int id = 1; id < 100; id++)
        {
            buffers.Fill(id);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Options_that_do_not_fit_the_data_are_refused_all_at_once()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new EpisodeTasks(Marked(), [1, 1, 99], new EpisodeOptions { Way = 5, Shot = 9, Query = 1 }));
        Assert.Contains("9 images of a class; got 9 + 1", error.Message);
        Assert.Contains("at least Way = 5 classes are needed; got 3", error.Message);
        Assert.Contains("different numbers in [0, 12)", error.Message);
    }

    [Fact]
    public void More_classes_than_the_split_has_are_refused_in_words() => Assert.Contains(
        "at least Way = 4 classes are needed; got 3: lower Way, or give a split with more classes",
        Assert.Throws<ArgumentException>(() => new EpisodeTasks(Marked(), [0, 1, 2], new EpisodeOptions { Way = 4, Query = 1 })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(PerClass, 1)]
    [InlineData(1, PerClass)]
    [InlineData(PerClass + 1, 1)]
    public void More_support_and_query_images_than_a_class_has_are_refused_in_words(int shot, int query) => Assert.Contains(
        $"Shot + Query must not exceed the 9 images of a class; got {shot} + {query}: ask for fewer",
        Assert.Throws<ArgumentException>(() => new EpisodeTasks(Marked(), All(), new EpisodeOptions { Way = 2, Shot = shot, Query = query })).Message, StringComparison.Ordinal);

    private static void AssertLabelsFollowClasses((int Class, int Image)[] support, float[] supportLabels, (int Class, int Image)[] query, float[] queryLabels)
    {
        Dictionary<float, int> classOf = [];
        foreach (((int c, _), float label) in support.Zip(supportLabels).Concat(query.Zip(queryLabels)))
        {
            classOf.TryAdd(label, c);
            Assert.Equal(classOf[label], c);
        }

        Assert.Equal(5, classOf.Values.Distinct().Count());
    }

    private static int[] All() => [.. Enumerable.Range(0, Classes)];

    private static ImageSet Marked()
    {
        byte[] pixels = new byte[Classes * PerClass * Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i / (Side * Side));
        }

        return new ImageSet(pixels, Classes, PerClass, Side);
    }

    private static ImageSet Positions()
    {
        byte[] pixels = new byte[Classes * PerClass * Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i % (Side * Side));
        }

        return new ImageSet(pixels, Classes, PerClass, Side);
    }

    private static IEnumerable<(int Class, int Image)> Sources(float[] inputs)
    {
        for (int i = 0; i < inputs.Length; i += Side * Side)
        {
            int mark = (int)MathF.Round(inputs[i] * 255);
            yield return (mark / PerClass, mark % PerClass);
        }
    }

    private sealed class Close : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => MathF.Abs(x - y) <= 1e-7f;

        public int GetHashCode(float value) => 0;
    }
}
