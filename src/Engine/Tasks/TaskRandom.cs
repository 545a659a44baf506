using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>One short random stream for each task, and the check of the spans a task is written to.</summary>
internal static class TaskRandom
{
    [ThreadStatic]
    private static RandomStream? _stream;

    /// <summary>
    /// The stream of one task, at its beginning. One object a thread is used again and again, so it is good until the next call on
    /// this thread and costs no allocation.
    /// </summary>
    internal static RandomStream Start(RandomKey key, TaskSplit split, long taskId)
    {
        RandomStream stream = _stream ??= new RandomStream(key);
        stream.Restart(key, (uint)split, (ulong)taskId);
        return stream;
    }

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    internal static double Between(this RandomStream stream, double low, double high) => low + ((high - low) * stream.NextDouble());

    /// <exception cref="ArgumentException">The number is negative or a length differs from what the source writes.</exception>
    internal static void Check(ITaskSource source, long taskId, int supportInputs, int supportLabels, int queryInputs, int queryLabels)
    {
        (int size, int target) = (source.InputShape.Count, source.TargetShape.Count);
        if (taskId < 0
            || supportInputs != source.SupportCount * size || supportLabels != source.SupportCount * target
            || queryInputs != source.QueryCount * size || queryLabels != source.QueryCount * target)
        {
            Refuse(source, taskId, supportInputs, supportLabels, queryInputs, queryLabels);
        }
    }

    private static void Refuse(ITaskSource source, long taskId, int supportInputs, int supportLabels, int queryInputs, int queryLabels)
    {
        (Shape shape, int target) = (source.InputShape, source.TargetShape.Count);
        throw new ArgumentException(
            $"Fill(task {taskId}): needs a task number of at least 0 and room for {source.SupportCount} support and {source.QueryCount} query "
            + $"examples of shape {shape}, that is {source.SupportCount * shape.Count}, {source.SupportCount * target}, "
            + $"{source.QueryCount * shape.Count} and {source.QueryCount * target} floats; got {supportInputs}, {supportLabels}, {queryInputs} and {queryLabels}.");
    }
}
