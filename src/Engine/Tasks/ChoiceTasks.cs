using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Telling what a person chose from what the person did not: one person is one task. A label is 1 for an item that the person liked and 0 for one drawn from all the catalogue that the person never
/// rated, so many of these for each of those (He et al. 2017, "Neural collaborative filtering", section 4.1). Inputs as in <see cref="RatingTasks"/>; task t is person t mod n at draw ⌊t / n⌋.
/// </summary>
/// <remarks>Who liked fewer items than there is room for leaves the rest at zero, input and label, as in <see cref="RatingTasks"/>. Support and query never share an item.</remarks>
public sealed class ChoiceTasks : ITaskSource
{
    /// <summary>A rating from here on is a liking.</summary>
    public const float Liked = 4;

    /// <summary>Items not chosen for each that was.</summary>
    public const int Others = 4;

    [ThreadStatic]
    private static int[]? _order;

    private readonly IReadOnlyList<RatedItems> _people;
    private readonly int[][] _liked;
    private readonly HashSet<int>[] _rated;
    private readonly ItemFeatures _features;
    private readonly BiasModel? _counted;
    private readonly RandomKey _key;
    private readonly int _support;
    private readonly int _query;

    /// <summary>Describes the tasks; nothing is drawn yet.</summary>
    /// <param name="people">Each a task; they rated at most half the catalogue.</param>
    /// <param name="features">Of every item of the catalogue.</param>
    /// <param name="support">Liked items to adapt on, at least 1.</param>
    /// <param name="query">Liked items to be judged on, at least 1.</param>
    /// <param name="seed">Equal seeds give equal draws.</param>
    /// <param name="counted">As in <see cref="RatingTasks"/>: where popularity was counted from these very people, an item that a person rated is seen one less popular.</param>
    /// <exception cref="ArgumentException">There are no people, or someone rated an item without features or more than half of all.</exception>
    public ChoiceTasks(IReadOnlyList<RatedItems> people, ItemFeatures features, int support, int query, ulong seed = 0, BiasModel? counted = null)
    {
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(support, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query, 1);
        RatingTasks.Check(people, features);
        (_people, _features, _support, _query, _counted) = (people, features, support, query, counted);
        _rated = [.. people.Select(person => person.Items.ToArray().ToHashSet())];
        _liked = [.. people.Select(LikedBy)];
        if (_rated.Any(items => items.Count * 2 > features.Items))
        {
            throw new ArgumentException($"ChoiceTasks: someone rated more than half of the {features.Items} items, so there are too few that were not chosen. Leave such people out.", nameof(people));
        }

        if (counted is not null && !features.HasCounts)
        {
            throw new ArgumentException("ChoiceTasks: leaving people out of counts needs features with counts. Add them by WithCounts.", nameof(features));
        }

        InputShape = new Shape(1 + features.Width);
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        _key = root.Derive("choice tasks");
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Way => 1;

    /// <inheritdoc/>
    public int SupportCount => _support * (1 + Others);

    /// <inheritdoc/>
    public int QueryCount => _query * (1 + Others);

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        int person = RedrawnTasks.UnitOf(taskId, _people.Count);
        RandomStream stream = TaskRandom.Start(_key, TaskSplit.Training, taskId);
        int[] liked = _liked[person];
        int[] order = _order is { } room && room.Length >= liked.Length ? room : _order = new int[Math.Max(liked.Length, SupportCount)];
        liked.CopyTo(order, 0);
        int taken = Math.Min(liked.Length, _support + _query);
        for (int i = 0; i < taken; i++)
        {
            int other = i + stream.NextInt(liked.Length - i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        int support = Math.Min(_support, taken);
        Write(stream, person, order.AsSpan(0, support), supportInputs, supportLabels);
        Write(stream, person, order.AsSpan(support, taken - support), queryInputs, queryLabels);
    }

    /// <summary>The items that a person liked.</summary>
    internal static int[] LikedBy(RatedItems person) => [.. Enumerable.Range(0, person.Count).Where(place => person.Ratings[place] >= Liked).Select(place => person.Items[place])];

    /// <summary>An item that is not in a set, every one equally likely.</summary>
    internal static int Outside(RandomStream stream, HashSet<int> rated, int items)
    {
        int item;
        do
        {
            item = stream.NextInt(items);
        }
        while (rated.Contains(item));

        return item;
    }

    /// <summary>Writes the row of one item.</summary>
    internal static void WriteRow(ItemFeatures features, int item, Span<float> row)
    {
        row[0] = item;
        features.Row(item).CopyTo(row[1..]);
    }

    private void Write(RandomStream stream, int person, ReadOnlySpan<int> chosen, Span<float> inputs, Span<float> labels)
    {
        inputs.Clear();
        labels.Clear();
        int size = 1 + _features.Width;
        for (int i = 0; i < chosen.Length; i++)
        {
            for (int j = 0; j <= Others; j++)
            {
                int row = (i * (1 + Others)) + j;
                int item = j == 0 ? chosen[i] : Outside(stream, _rated[person], _features.Items);
                WriteRow(_features, item, inputs.Slice(row * size, size));
                if (j == 0)
                {
                    labels[row] = 1;
                    LeaveOut(person, item, inputs.Slice(row * size, size));
                }
            }
        }
    }

    /// <summary>What somebody new would see of an item that this person rated.</summary>
    private void LeaveOut(int person, int item, Span<float> row)
    {
        if (_counted is not null)
        {
            row[2] = (float)_counted.OffsetWithout(_people[person], _people[person].Items.IndexOf(item));
            row[3] = (float)ItemFeatures.Popularity(_counted.Counts[item] - 1);
        }
    }
}
