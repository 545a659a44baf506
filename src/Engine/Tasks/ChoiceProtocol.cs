using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// How recommendations are judged: of each person's liked items in a random order the first K are known, and the eleventh is ranked among 99 items drawn from all the catalogue that the person never
/// rated (He et al. 2017, section 4.1); so every K ranks the same hundred. The share of people whose item is among the first ten is the hit rate. Repeated over draws. As tasks: one for each draw and
/// person, with the known items and others drawn beside them as support, and the hundred as query, the liked one first.
/// </summary>
public sealed class ChoiceProtocol : ITaskSource
{
    /// <summary>Liked items that may be known: the largest K.</summary>
    public const int MostKnown = 10;

    /// <summary>Items that one is ranked among, itself counted.</summary>
    public const int Candidates = 100;

    private const int Top = 10;

    private readonly (int[] Support, int[] Query)[] _tasks;
    private readonly ItemFeatures _features;
    private readonly int _known;
    private readonly int _people;

    /// <summary>Draws the questions.</summary>
    /// <param name="people">Those with fewer than eleven liked items are left out.</param>
    /// <param name="features">Of every item of the catalogue.</param>
    /// <param name="known">K, from 0 to ten.</param>
    /// <param name="draws">How often everybody is asked, at least 1.</param>
    /// <param name="seed">Equal seeds give equal questions, whatever the features and K.</param>
    /// <exception cref="ArgumentException">Nobody liked eleven items, or someone rated an item without features.</exception>
    public ChoiceProtocol(IReadOnlyList<RatedItems> people, ItemFeatures features, int known, int draws = 20, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(known);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(known, MostKnown);
        RatingTasks.Check(people, features);
        RatedItems[] asked = [.. people.Where(person => ChoiceTasks.LikedBy(person).Length > MostKnown && person.Count * 2 <= features.Items)];
        if (asked.Length == 0)
        {
            throw new ArgumentException($"ChoiceProtocol: nobody gave more than {MostKnown} items a rating of {ChoiceTasks.Liked} or more. Give people with longer histories.", nameof(people));
        }

        (_features, _known, _people) = (features, known, asked.Length);
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        using RandomKey key = root.Derive("choice protocol");
        using RandomStream stream = new(key);
        _tasks = [.. Enumerable.Range(0, draws).SelectMany(_ => asked.Select(person => Draw(stream, person, features.Items)))];
        InputShape = new Shape(1 + features.Width);
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Way => 1;

    /// <inheritdoc/>
    public int SupportCount => MostKnown * (1 + ChoiceTasks.Others);

    /// <inheritdoc/>
    public int QueryCount => Candidates;

    /// <summary>How many tasks: people times draws.</summary>
    public int Count => _tasks.Length;

    /// <summary>People asked.</summary>
    public int People => _people;

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        (int[] support, int[] query) = _tasks[taskId % _tasks.Length]; // evaluators fill their last chunk up with what comes behind the last
        supportInputs.Clear();
        supportLabels.Clear();
        queryLabels.Clear();
        int size = 1 + _features.Width;
        for (int i = 0; i < _known * (1 + ChoiceTasks.Others); i++)
        {
            ChoiceTasks.WriteRow(_features, support[i], supportInputs.Slice(i * size, size));
            supportLabels[i] = i % (1 + ChoiceTasks.Others) == 0 ? 1 : 0;
        }

        for (int i = 0; i < query.Length; i++)
        {
            ChoiceTasks.WriteRow(_features, query[i], queryInputs.Slice(i * size, size));
        }

        queryLabels[0] = 1;
    }

    /// <summary>Scores rankings by a number for every item alone, as popularity.</summary>
    /// <param name="scores">One for each item of the catalogue.</param>
    public ChoiceScores Score(IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Score([.. _tasks.SelectMany(task => task.Query.Select(item => (float)scores[item]))]);
    }

    /// <summary>Scores what a model predicted for every task's hundred: the higher, the earlier recommended. Equal ones share their ranks.</summary>
    /// <param name="predictions">Task after task, <see cref="Candidates"/> each.</param>
    /// <exception cref="ArgumentException">There is another number of them.</exception>
    public ChoiceScores Score(ReadOnlySpan<float> predictions)
    {
        if (predictions.Length != Count * Candidates)
        {
            throw new ArgumentException($"Score: {Count} tasks of {Candidates} have {Count * Candidates} predictions; got {predictions.Length}.", nameof(predictions));
        }

        int draws = Count / _people;
        (double[] hits, double[] gains) = (new double[draws], new double[draws]);
        for (int task = 0; task < Count; task++)
        {
            ReadOnlySpan<float> own = predictions.Slice(task * Candidates, Candidates);
            (int above, int equal) = (0, 0);
            foreach (float other in own[1..])
            {
                above += other > own[0] || float.IsNaN(own[0]) ? 1 : 0;
                equal += other == own[0] ? 1 : 0;
            }

            double rank = 1 + above + (equal / 2.0);
            if (rank <= Top)
            {
                hits[task / _people] += 1.0 / _people;
                gains[task / _people] += 1 / Math.Log2(1 + rank) / _people;
            }
        }

        return new ChoiceScores(hits, gains);
    }

    private static (int[] Support, int[] Query) Draw(RandomStream stream, RatedItems person, int items)
    {
        int[] liked = ChoiceTasks.LikedBy(person);
        stream.Shuffle(liked.AsSpan());
        HashSet<int> rated = [.. person.Items];
        int[] support = [.. Enumerable.Range(0, MostKnown * (1 + ChoiceTasks.Others)).Select(i =>
            i % (1 + ChoiceTasks.Others) == 0 ? liked[i / (1 + ChoiceTasks.Others)] : ChoiceTasks.Outside(stream, rated, items))];
        int[] query = new int[Candidates];
        query[0] = liked[MostKnown];
        for (int i = 1; i < Candidates; i++)
        {
            query[i] = ChoiceTasks.Outside(stream, rated, items);
            rated.Add(query[i]); // each candidate once
        }

        return (support, query);
    }
}
