using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Predicting a person's ratings from some of them: one person is one task. An input is the item's number and its features, [1 + features]; a label is the rating less a public
/// constant. Task t is person t mod n, for n people, at draw ⌊t / n⌋ of support and query from that person's ratings: tasks 0 .. n - 1 are the population.
/// </summary>
/// <remarks>
/// Who has fewer ratings than support and query have room for leaves the rest of the query set, and then of the support set, at zero: input and label. With a head that is linear in the features
/// such rows weigh nothing in adapting, are predicted as zero, and have no loss.
/// </remarks>
public sealed class RatingTasks : ITaskSource
{
    /// <summary>The label of a rating is the rating less this. Near the usual mean of such ratings, which is common knowledge; no data is looked at.</summary>
    public const float Centre = 3.5f;

    private const int OffsetColumn = 1, PopularityColumn = 2;

    [ThreadStatic]
    private static int[]? _order;

    private readonly IReadOnlyList<RatedItems> _people;
    private readonly ItemFeatures _features;
    private readonly RandomKey _key;
    private readonly TaskSplit _split;
    private readonly int _most;
    private readonly (float Offset, float Popularity)[][]? _without;

    /// <summary>Describes the tasks; nothing is drawn yet.</summary>
    /// <param name="people">Each a task.</param>
    /// <param name="features">Of every item that they rated.</param>
    /// <param name="support">Ratings to adapt on, at least 1.</param>
    /// <param name="query">Ratings to be judged on, at least 1.</param>
    /// <param name="seed">Equal seeds give equal draws. Which ratings are drawn is decided by it, whose are not.</param>
    /// <param name="split">Draws for training or for measuring; the two share no stream.</param>
    /// <param name="counted">
    /// Where the features were made by <see cref="ItemFeatures.WithCounts"/> from these very people: every person then sees offsets and counts that the person's own ratings are left out of, as a new
    /// person would. Otherwise a rating predicts itself, and what is learned relies on offsets more than new people can.
    /// </param>
    /// <exception cref="ArgumentException">There are no people, someone rated an item without features, or the features have no counts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public RatingTasks(
        IReadOnlyList<RatedItems> people, ItemFeatures features, int support, int query, ulong seed = 0, TaskSplit split = TaskSplit.Training, BiasModel? counted = null)
    {
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(support, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query, 1);
        Check(people, features);
        (_people, _features, SupportCount, QueryCount, _split) = (people, features, support, query, split);
        _most = people.Max(person => person.Count);
        InputShape = new Shape(1 + features.Width);
        if (counted is not null)
        {
            _without = features.HasCounts
                ? [.. people.Select(person => Without(counted, person))]
                : throw new ArgumentException("RatingTasks: leaving people out of counts needs features with counts. Add them by WithCounts.", nameof(features));
        }

        using RandomKey root = RandomKey.UnsafeFixed(seed);
        _key = root.Derive("rating tasks");
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Way => 1;

    /// <inheritdoc/>
    public int SupportCount { get; }

    /// <inheritdoc/>
    public int QueryCount { get; }

    /// <summary>People, each a task.</summary>
    public int People => _people.Count;

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        int unit = RedrawnTasks.UnitOf(taskId, _people.Count);
        RatedItems person = _people[unit];
        (float Offset, float Popularity)[]? without = _without?[unit];
        RandomStream stream = TaskRandom.Start(_key, _split, taskId);
        Span<int> order = Order(stream, person.Count, SupportCount + QueryCount);
        int support = Math.Min(SupportCount, order.Length);
        Write(_features, person, order[..support], supportInputs, supportLabels, without);
        Write(_features, person, order[support..], queryInputs, queryLabels, without);
    }

    /// <summary>Writes ratings of one person and zeros behind them.</summary>
    internal static void Write(ItemFeatures features, RatedItems person, ReadOnlySpan<int> which, Span<float> inputs, Span<float> labels, (float Offset, float Popularity)[]? counts = null)
    {
        inputs.Clear();
        labels.Clear();
        int size = 1 + features.Width;
        for (int i = 0; i < which.Length; i++)
        {
            int item = person.Items[which[i]];
            Span<float> row = inputs.Slice(i * size, size);
            row[0] = item;
            features.Row(item).CopyTo(row[1..]);
            if (counts is not null)
            {
                (row[1 + OffsetColumn], row[1 + PopularityColumn]) = counts[which[i]];
            }

            labels[i] = person.Ratings[which[i]] - Centre;
        }
    }

    /// <exception cref="ArgumentException">There are no people, or someone rated an item without features.</exception>
    internal static void Check(IReadOnlyList<RatedItems> people, ItemFeatures features)
    {
        if (people.Count == 0)
        {
            throw new ArgumentException("RatingTasks: there are no people. Give at least one.", nameof(people));
        }

        foreach (RatedItems person in people)
        {
            foreach (int item in person.Items)
            {
                if (item >= features.Items)
                {
                    throw new ArgumentException($"RatingTasks: item {item} is rated, and there are features of items 0 to {features.Items - 1}. Give features of every item.", nameof(features));
                }
            }
        }
    }

    private static (float Offset, float Popularity)[] Without(BiasModel counted, RatedItems person) =>
    [
        .. Enumerable.Range(0, person.Count).Select(place =>
            ((float)counted.OffsetWithout(person, place), (float)ItemFeatures.Popularity(counted.Counts[person.Items[place]] - 1))),
    ];

    /// <summary>The first of a random order of 0 .. count - 1, at most as many as wanted.</summary>
    private Span<int> Order(RandomStream stream, int count, int wanted)
    {
        int[] all = _order is { } room && room.Length >= _most ? room : _order = new int[_most];
        for (int i = 0; i < count; i++)
        {
            all[i] = i;
        }

        int taken = Math.Min(count, wanted);
        for (int i = 0; i < taken; i++)
        {
            int other = i + stream.NextInt(count - i);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all.AsSpan(0, taken);
    }
}
