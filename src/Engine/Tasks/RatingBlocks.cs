using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// The questions of a <see cref="RatingProtocol"/> as tasks of one shape: a person's asked ratings in blocks of so many, each block with the person's K known ratings as support, zeros where there are
/// fewer. So one compiled evaluation answers for every K, K = 0 too.
/// </summary>
public sealed class RatingBlocks : ITaskSource
{
    private readonly RatingProtocol _protocol;
    private readonly ItemFeatures _features;
    private readonly int _known;
    private readonly (int Draw, int Person, int Block)[] _tasks;
    private readonly long[][] _first;

    /// <summary>Lays the questions out.</summary>
    /// <param name="protocol">Who is asked what.</param>
    /// <param name="features">Of every item that they rated.</param>
    /// <param name="known">K, from 0 to the support's room.</param>
    /// <param name="support">Room for known ratings, at least 1.</param>
    /// <param name="query">Ratings asked for at once, at least 1.</param>
    /// <exception cref="ArgumentException">Someone rated an item without features.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is out of range.</exception>
    public RatingBlocks(RatingProtocol protocol, ItemFeatures features, int known, int support, int query)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(support, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(known);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(known, Math.Min(support, RatingProtocol.MostKnown));
        RatingTasks.Check(protocol.People, features);
        (_protocol, _features, _known, SupportCount, QueryCount) = (protocol, features, known, support, query);
        InputShape = new Shape(1 + features.Width);
        List<(int Draw, int Person, int Block)> tasks = [];
        _first = new long[protocol.Draws][];
        for (int draw = 0; draw < protocol.Draws; draw++)
        {
            _first[draw] = new long[protocol.People.Count];
            for (int person = 0; person < protocol.People.Count; person++)
            {
                _first[draw][person] = tasks.Count;
                int blocks = (protocol.People[person].Count - RatingProtocol.MostKnown + query - 1) / query;
                tasks.AddRange(Enumerable.Range(0, blocks).Select(block => (draw, person, block)));
            }
        }

        _tasks = [.. tasks];
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Way => 1;

    /// <inheritdoc/>
    public int SupportCount { get; }

    /// <inheritdoc/>
    public int QueryCount { get; }

    /// <summary>How many tasks.</summary>
    public int Count => _tasks.Length;

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        (int draw, int person, int block) = _tasks[taskId % _tasks.Length]; // evaluators fill their last chunk up with what comes behind the last
        RatedItems ratings = _protocol.People[person];
        ReadOnlySpan<int> order = _protocol.Order(draw, person);
        RatingTasks.Write(_features, ratings, order[.._known], supportInputs, supportLabels);
        ReadOnlySpan<int> asked = order[(RatingProtocol.MostKnown + (block * QueryCount))..];
        RatingTasks.Write(_features, ratings, asked[..Math.Min(QueryCount, asked.Length)], queryInputs, queryLabels);
    }

    /// <summary>Scores what a model predicted for every task.</summary>
    /// <param name="predictions">Predictions of task after task, <see cref="QueryCount"/> each: labels, that is, ratings less <see cref="RatingTasks.Centre"/>.</param>
    /// <exception cref="ArgumentException">There is another number of them.</exception>
    public RatingScores Score(IReadOnlyList<float> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count != (long)Count * QueryCount)
        {
            throw new ArgumentException($"Score: {Count} tasks of {QueryCount} have {(long)Count * QueryCount} predictions; got {predictions.Count}.", nameof(predictions));
        }

        return _protocol.Score(_known, (draw, person, _, asked, results) =>
        {
            long first = _first[draw][person] * QueryCount;
            for (int i = 0; i < asked.Length; i++)
            {
                results[i] = predictions[(int)(first + i)] + RatingTasks.Centre;
            }
        });
    }
}
