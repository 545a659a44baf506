using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Classification tasks whose number of classes and of support examples varies from task to task, in buffers of one shape (after Triantafillou et al. 2020, "Meta-Dataset", section 3): each task of another
/// source keeps a drawn number of its classes and of each class's support examples, and what is left over repeats the kept ones in turn, with their labels. Support examples repeat support examples and
/// queries repeat queries, so nothing leaks from one to the other.
/// </summary>
/// <remarks>
/// Where the kept number does not divide the room, the first examples of a class weigh once more than the last. Learners that need support for every label, as <see cref="Meta.ProtoNet"/>, take a fixed way:
/// give the source's own as the least.
/// </remarks>
public sealed class VariedEpisodes : ITaskSource
{
    private readonly ITaskSource _tasks;
    private readonly int _leastWay;
    private readonly int _leastShot;
    private readonly int _shot;
    private readonly int _query;
    private readonly RandomKey _key;

    /// <summary>Varies the tasks of a source.</summary>
    /// <param name="tasks">Tasks with the greatest number of classes and support examples, which lie class by class.</param>
    /// <param name="leastWay">Least number of classes, from 2 to the source's.</param>
    /// <param name="leastShot">Least number of support examples of a class, from 1 to the source's.</param>
    /// <param name="seed">Equal seeds vary equal tasks equally.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the source has no classes.</exception>
    public VariedEpisodes(ITaskSource tasks, int leastWay, int leastShot, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        int shot = tasks.Way > 0 ? tasks.SupportCount / tasks.Way : 0;
        if (leastWay < 2 || leastWay > tasks.Way || leastShot < 1 || leastShot > shot)
        {
            throw new ArgumentException(
                $"VariedEpisodes: the least way must lie in [2, {tasks.Way}] and the least shot in [1, {shot}], as the source has them; got {leastWay} and {leastShot}.");
        }

        (_tasks, _leastWay, _leastShot) = (tasks, leastWay, leastShot);
        (_shot, _query) = (shot, tasks.QueryCount / tasks.Way);
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        _key = root.Derive("variation of episodes");
    }

    /// <inheritdoc/>
    public Shape InputShape => _tasks.InputShape;

    /// <inheritdoc/>
    public int Way => _tasks.Way;

    /// <inheritdoc/>
    public int SupportCount => _tasks.SupportCount;

    /// <inheritdoc/>
    public int QueryCount => _tasks.QueryCount;

    /// <summary>How many classes a task has, and how many different support examples of each.</summary>
    /// <param name="taskId">Which task, at least 0.</param>
    public (int Way, int Shot) SizeOf(long taskId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(taskId);
        RandomStream stream = TaskRandom.Start(_key, TaskSplit.Training, taskId);
        int way = _leastWay + stream.NextInt(Way - _leastWay + 1);
        return (way, _leastShot + stream.NextInt(_shot - _leastShot + 1));
    }

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        _tasks.Fill(taskId, supportInputs, supportLabels, queryInputs, queryLabels);
        (int way, int shot) = SizeOf(taskId);
        int size = InputShape.Count;
        for (int row = 0; row < SupportCount; row++)
        {
            int kept = (row / _shot % way * _shot) + (row % _shot % shot);
            Repeat(kept, row, size, supportInputs, supportLabels);
        }

        for (int row = 0; row < QueryCount; row++)
        {
            Repeat((row / _query % way * _query) + (row % _query), row, size, queryInputs, queryLabels);
        }
    }

    /// <summary>Rows come before those that repeat them, so each is whole when it is copied.</summary>
    private static void Repeat(int from, int to, int size, Span<float> inputs, Span<float> labels)
    {
        if (from != to)
        {
            inputs.Slice(from * size, size).CopyTo(inputs.Slice(to * size, size));
            labels[to] = labels[from];
        }
    }
}
