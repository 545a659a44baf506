using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

/// <summary>Room for one task of a source.</summary>
internal sealed class TaskBuffers(ITaskSource source)
{
    public float[] SupportInputs { get; } = new float[source.SupportCount * source.InputShape.Count];

    public float[] SupportLabels { get; } = new float[source.SupportCount];

    public float[] QueryInputs { get; } = new float[source.QueryCount * source.InputShape.Count];

    public float[] QueryLabels { get; } = new float[source.QueryCount];

    public TaskBuffers Fill(long taskId)
    {
        source.Fill(taskId, SupportInputs, SupportLabels, QueryInputs, QueryLabels);
        return this;
    }

    public float[] All() => [.. SupportInputs, .. SupportLabels, .. QueryInputs, .. QueryLabels];
}
