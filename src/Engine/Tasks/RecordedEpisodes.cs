using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Episodes that were drawn before, as those of an <see cref="EpisodeFile"/>: task i is the i-th of them. All have the shape of the first, so that they can be computed side by side;
/// episodes of several shapes are measured shape by shape (<see cref="ByShape"/>).
/// </summary>
public sealed class RecordedEpisodes : ITaskSource
{
    private readonly ImageSet _images;
    private readonly IReadOnlyList<EpisodeSample> _episodes;

    /// <summary>Episodes over images.</summary>
    /// <param name="images">All images; with their rotations where episodes name turned classes.</param>
    /// <param name="episodes">At least one, all of one shape.</param>
    /// <exception cref="ArgumentException">An episode has another shape, or names a class or an image that does not exist.</exception>
    public RecordedEpisodes(ImageSet images, IReadOnlyList<EpisodeSample> episodes)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(episodes);
        if (episodes.Count == 0)
        {
            throw new ArgumentException("RecordedEpisodes: there are no episodes. Give at least one.", nameof(episodes));
        }

        (_images, _episodes) = (images, episodes);
        InputShape = new Shape(new Axis(1, "channel"), new Axis(images.Side, "row"), new Axis(images.Side, "column"));
        EpisodeSample first = episodes[0];
        (Way, int shot, int query) = (first.Classes.Count, first.Support[0].Count, first.Query[0].Count);
        (SupportCount, QueryCount) = (Way * shot, Way * query);
        foreach (EpisodeSample episode in episodes)
        {
            Check(episode, shot, query);
        }
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Way { get; }

    /// <inheritdoc/>
    public int SupportCount { get; }

    /// <inheritdoc/>
    public int QueryCount { get; }

    /// <summary>How many episodes there are; tasks are numbered from 0.</summary>
    public int Count => _episodes.Count;

    /// <summary>One source for each shape among episodes, in the order in which shapes first occur.</summary>
    /// <param name="images">All images.</param>
    /// <param name="episodes">Of any shapes; within one episode every class has as many images as the others.</param>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    public static IReadOnlyList<RecordedEpisodes> ByShape(ImageSet images, IReadOnlyList<EpisodeSample> episodes)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        return
        [
            .. episodes.GroupBy(episode => (episode.Classes.Count, episode.Support[0].Count, episode.Query[0].Count))
                .Select(shape => new RecordedEpisodes(images, [.. shape])),
        ];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many episodes.</exception>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(taskId, _episodes.Count);
        EpisodeSample episode = _episodes[(int)taskId];
        for (int way = 0; way < Way; way++)
        {
            Write(episode.Classes[way], episode.Support[way], way, supportInputs, supportLabels);
            Write(episode.Classes[way], episode.Query[way], way, queryInputs, queryLabels);
        }
    }

    private void Write(int classId, IReadOnlyList<int> numbers, int way, Span<float> inputs, Span<float> labels)
    {
        int size = InputShape.Count;
        for (int i = 0; i < numbers.Count; i++)
        {
            int row = (way * numbers.Count) + i;
            ReadOnlySpan<byte> image = _images.Image(classId, numbers[i]);
            Span<float> target = inputs.Slice(row * size, size);
            for (int pixel = 0; pixel < size; pixel++)
            {
                target[pixel] = image[pixel] * (1.0f / byte.MaxValue);
            }

            labels[row] = way;
        }
    }

    private void Check(EpisodeSample episode, int shot, int query)
    {
        if (episode.Classes.Count != Way || episode.Support.Any(row => row.Count != shot) || episode.Query.Any(row => row.Count != query))
        {
            throw new ArgumentException(
                $"RecordedEpisodes: episode {episode.Task} is not {Way}-way {shot}-shot with {query} queries a class, as the first is. Take ByShape for episodes of several shapes.");
        }

        foreach (int classId in episode.Classes)
        {
            if (classId < 0 || classId >= _images.Classes)
            {
                throw new ArgumentException(
                    $"RecordedEpisodes: episode {episode.Task} names class {classId}; there are {_images.Classes}. Give the images it was drawn from, with WithRotations() if classes were turned.");
            }
        }

        if (episode.Support.Concat(episode.Query).SelectMany(row => row).Any(image => image < 0 || image >= _images.ImagesPerClass))
        {
            throw new ArgumentException($"RecordedEpisodes: episode {episode.Task} names an image that does not exist; a class has {_images.ImagesPerClass}. Give the images it was drawn from.");
        }
    }
}
