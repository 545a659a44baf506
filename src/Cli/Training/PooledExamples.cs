using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Training;

/// <summary>The query examples of all tasks, one after another: example e is number e mod q of task ⌊e / q⌋.</summary>
/// <param name="tasks">Whose examples.</param>
internal sealed class PooledExamples(ITaskSource tasks) : IExampleSource, IDisposable
{
    private readonly ThreadLocal<Buffers> _buffers = new(() => new Buffers(tasks));

    public Shape InputShape => tasks.InputShape;

    public Shape TargetShape => Shape.Scalar;

    public void Fill(int example, Span<float> input, Span<float> target)
    {
        Buffers buffers = _buffers.Value!;
        tasks.Fill(example / tasks.QueryCount, buffers.SupportInputs, buffers.SupportLabels, buffers.QueryInputs, buffers.QueryLabels);
        int index = example % tasks.QueryCount;
        buffers.QueryInputs.AsSpan(index * input.Length, input.Length).CopyTo(input);
        target[0] = buffers.QueryLabels[index];
    }

    public void Dispose() => _buffers.Dispose();

    /// <summary>Room for one task, per worker.</summary>
    private sealed class Buffers(ITaskSource tasks)
    {
        public float[] SupportInputs { get; } = new float[tasks.SupportCount * tasks.InputShape.Count];

        public float[] SupportLabels { get; } = new float[tasks.SupportCount];

        public float[] QueryInputs { get; } = new float[tasks.QueryCount * tasks.InputShape.Count];

        public float[] QueryLabels { get; } = new float[tasks.QueryCount];
    }
}
