using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>Few-shot regression on functions of one number: each task is a function drawn from a family, seen at some points.</summary>
public abstract class RegressionTasks : ITaskSource
{
    private readonly RandomKey _key;
    private readonly TaskSplit _split;

    private protected RegressionTasks(string family, int shot, int query, ulong seed, TaskSplit split)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shot, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query, 1);
        (SupportCount, QueryCount, _split) = (shot, query, split);
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        _key = root.Derive(family);
    }

    /// <inheritdoc/>
    public Shape InputShape { get; } = new(1);

    /// <inheritdoc/>
    public int Way => 1;

    /// <inheritdoc/>
    public int SupportCount { get; }

    /// <inheritdoc/>
    public int QueryCount { get; }

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        Draw(Start(taskId), supportInputs, supportLabels, queryInputs, queryLabels);
    }

    /// <summary>The stream of one task, at its beginning.</summary>
    private protected RandomStream Start(long taskId) => TaskRandom.Start(_key, _split, taskId);

    /// <summary>Draws a function and its points. Must not allocate after the first call on a thread.</summary>
    private protected abstract void Draw(RandomStream stream, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels);
}
