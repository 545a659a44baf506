using FastDPMeta.Engine.Ir;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>A batch in memory: unit u is row u.</summary>
internal sealed class BenchExamples(BenchModel model, int batch) : IUnitSource
{
    private readonly float[] _inputs = model.Inputs(batch);

    public IReadOnlyList<Shape> Shapes { get; } = [model.Input, Shape.Scalar];

    public void Fill(int unit, UnitBuffers arguments)
    {
        _inputs.AsSpan(unit * model.Input.Count, model.Input.Count).CopyTo(arguments[0]);
        arguments[1][0] = unit % model.Classes;
    }
}
