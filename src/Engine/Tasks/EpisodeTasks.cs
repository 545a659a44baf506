using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// N-way K-shot classification: an episode draws its classes without repetition from a list and, within each class, support and query
/// images that are all different. Pixels are ink in [0, 1]. Examples come class by class: support <c>[way, shot]</c>, query
/// <c>[way, query]</c>, flattened. Source of the protocol: Vinyals et al. (2016), "Matching networks for one shot learning", section 4.1.
/// </summary>
/// <remarks>
/// An episode is a task <i>description</i>: one image, and one person who drew images, occurs in many episodes. Privacy of a task is
/// therefore the privacy of an episode, and not that of a person.
/// </remarks>
public sealed class EpisodeTasks : ITaskSource
{
    private const int QuarterTurns = 4;
    private const int GreatestWay = 512; // bounds the stack used by one call
    private const int GreatestImagesPerClass = 1024;

    private readonly ImageSet _images;
    private readonly int[] _classes;
    private readonly EpisodeOptions _options;
    private readonly RandomKey _key;
    private readonly (sbyte Down, sbyte Right)[] _shifts = [];

    /// <summary>Describes the family; nothing is drawn yet.</summary>
    /// <param name="images">All images.</param>
    /// <param name="classes">The classes to draw from, all different; give training and evaluation disjoint lists.</param>
    /// <param name="options">Shape of an episode.</param>
    /// <exception cref="ArgumentException">Options and data don't fit; the message lists every reason.</exception>
    public EpisodeTasks(ImageSet images, ReadOnlySpan<int> classes, EpisodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        _images = images;
        _classes = classes.ToArray();
        _options = options;
        Validate();
        InputShape = new Shape(new Axis(1, "channel"), new Axis(images.Side, "row"), new Axis(images.Side, "column"));
        using RandomKey root = RandomKey.UnsafeFixed(options.Seed);
        _key = root.Derive("episodes");
        if (options.Center)
        {
            _shifts = [.. Enumerable.Range(0, images.Classes * images.ImagesPerClass).Select(image => Shift(images.Image(image / images.ImagesPerClass, image % images.ImagesPerClass)))];
        }
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Way => _options.Way;

    /// <inheritdoc/>
    public int SupportCount => _options.Way * _options.Shot;

    /// <inheritdoc/>
    public int QueryCount => _options.Way * _options.Query;

    /// <summary>What an episode is made of: the classes and images that <see cref="Fill"/> draws, to be written to an <see cref="EpisodeFile"/>.</summary>
    /// <param name="taskId">Which task, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public EpisodeSample Sample(long taskId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(taskId);
        RandomStream stream = TaskRandom.Start(_key, _options.Split, taskId);
        int[] places = new int[_options.Way];
        int[][] drawn = new int[_options.Way][];
        Draw(stream, _classes.Length, places);
        int[] classes = new int[_options.Way];
        for (int way = 0; way < classes.Length; way++)
        {
            int turns = DrawClass(stream, drawn[way] = new int[_options.Shot + _options.Query]);
            classes[way] = _classes[places[way]] + (turns * _images.Classes);
        }

        return new EpisodeSample(taskId, classes, [.. drawn.Select(images => images[.._options.Shot])], [.. drawn.Select(images => images[_options.Shot..])]);
    }

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        RandomStream stream = TaskRandom.Start(_key, _options.Split, taskId);
        Span<int> classes = stackalloc int[_options.Way];
        Span<int> drawn = stackalloc int[_options.Shot + _options.Query];
        Draw(stream, _classes.Length, classes);
        int size = InputShape.Count;
        for (int way = 0; way < classes.Length; way++)
        {
            int turns = DrawClass(stream, drawn);
            int classId = _classes[classes[way]];
            for (int i = 0; i < drawn.Length; i++)
            {
                bool support = i < _options.Shot;
                int row = support ? (way * _options.Shot) + i : (way * _options.Query) + i - _options.Shot;
                (int down, int right) = _options.Center ? _shifts[(classId * _images.ImagesPerClass) + drawn[i]] : default;
                Copy(_images.Image(classId, drawn[i]), turns, down, right, (support ? supportInputs : queryInputs).Slice(row * size, size));
                (support ? supportLabels : queryLabels)[row] = way;
            }
        }
    }

    /// <summary>Draws one class's images, and gives how many quarter turns they are turned by.</summary>
    private int DrawClass(RandomStream stream, Span<int> images)
    {
        int turns = _options.Rotate ? stream.NextInt(QuarterTurns) : 0;
        Draw(stream, _images.ImagesPerClass, images);
        return turns;
    }

    /// <summary>
    /// Fills <paramref name="chosen"/> with different numbers below <paramref name="count"/>, every ordered choice equally likely. Draws
    /// again on a repetition: quadratic in the number chosen, which is small, and needs no list of all.
    /// </summary>
    private static void Draw(RandomStream stream, int count, Span<int> chosen)
    {
        for (int i = 0; i < chosen.Length; i++)
        {
            int candidate;
            do
            {
                candidate = stream.NextInt(count);
            }
            while (chosen[..i].Contains(candidate));

            chosen[i] = candidate;
        }
    }

    /// <summary>Bytes to [0, 1], moved down and right, then turned anticlockwise by quarter turns.</summary>
    private void Copy(ReadOnlySpan<byte> image, int turns, int down, int right, Span<float> output)
    {
        int side = _images.Side;
        int last = side - 1;
        for (int row = 0; row < side; row++)
        {
            for (int column = 0; column < side; column++)
            {
                (int r, int c) = turns switch
                {
                    0 => (row, column),
                    1 => (column, last - row),
                    2 => (last - row, last - column),
                    _ => (last - column, row),
                };
                (r, c) = (r - down, c - right);
                bool inside = (uint)r < (uint)side && (uint)c < (uint)side;
                output[(row * side) + column] = inside ? image[(r * side) + c] * (1.0f / byte.MaxValue) : 0;
            }
        }
    }

    /// <summary>By how many pixels an image moves for its centre of mass to come to the middle; not at all without ink.</summary>
    private (sbyte Down, sbyte Right) Shift(ReadOnlySpan<byte> image)
    {
        int side = _images.Side;
        (long mass, long rows, long columns) = (0, 0, 0);
        for (int i = 0; i < image.Length; i++)
        {
            mass += image[i];
            rows += (long)image[i] * (i / side);
            columns += (long)image[i] * (i % side);
        }

        sbyte By(long moment) => mass == 0 ? (sbyte)0 : (sbyte)Math.Round(((side - 1) / 2.0) - ((double)moment / mass));
        return (By(rows), By(columns));
    }

    private void Validate()
    {
        List<string> wrong = [];
        if (_options.Way is < 2 or > GreatestWay)
        {
            wrong.Add($"Way must lie in [2, {GreatestWay}]; got {_options.Way}");
        }

        if (_options.Shot < 1 || _options.Query < 1)
        {
            wrong.Add($"Shot and Query must be at least 1; got {_options.Shot} and {_options.Query}");
        }

        if ((long)_options.Shot + _options.Query > Math.Min(_images.ImagesPerClass, GreatestImagesPerClass))
        {
            wrong.Add($"Shot + Query must not exceed the {_images.ImagesPerClass} images of a class; got {_options.Shot} + {_options.Query}: ask for fewer");
        }

        if (_classes.Length < _options.Way)
        {
            wrong.Add($"at least Way = {_options.Way} classes are needed; got {_classes.Length}: lower Way, or give a split with more classes");
        }

        if (_classes.Any(classId => classId < 0 || classId >= _images.Classes) || _classes.Distinct().Count() != _classes.Length)
        {
            wrong.Add($"classes must be different numbers in [0, {_images.Classes})");
        }

        if (wrong.Count > 0)
        {
            throw new ArgumentException($"EpisodeTasks: {string.Join("; ", wrong)}.");
        }
    }
}
