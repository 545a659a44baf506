using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Privacy.Training;

/// <summary>Examples as privacy units: unit u is example number u.</summary>
/// <param name="examples">Where examples come from.</param>
internal sealed class ExampleUnits(IExampleSource examples) : IUnitSource
{
    public IReadOnlyList<Shape> Shapes { get; } = [examples.InputShape, examples.TargetShape];

    public void Fill(int unit, UnitBuffers arguments) => examples.Fill(unit, arguments[0], arguments[1]);
}
