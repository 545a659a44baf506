using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Privacy.Training;

/// <summary>Tasks as privacy units: unit u is task number u of the population.</summary>
/// <param name="tasks">Where tasks come from.</param>
/// <param name="shape">Shapes of a task.</param>
internal sealed class TaskUnits(ITaskSource tasks, TaskShape shape) : IUnitSource
{
    public IReadOnlyList<Shape> Shapes { get; } = [shape.SupportInputs, shape.SupportTargets, shape.QueryInputs, shape.QueryTargets];

    public void Fill(int unit, UnitBuffers arguments) => tasks.Fill(unit, arguments[0], arguments[1], arguments[2], arguments[3]);
}
