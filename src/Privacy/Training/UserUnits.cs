using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Privacy.Training;

/// <summary>Persons as privacy units: unit u is the tasks of person u that count, one behind another along a first axis.</summary>
/// <param name="tasks">Where tasks come from.</param>
/// <param name="owners">Who owns which.</param>
/// <param name="shape">Shapes of a task.</param>
internal sealed class UserUnits(ITaskSource tasks, TaskOwners owners, TaskShape shape) : IUnitSource
{
    public IReadOnlyList<Shape> Shapes { get; } =
        [.. ((Shape[])[shape.SupportInputs, shape.SupportTargets, shape.QueryInputs, shape.QueryTargets]).Select(part => part.Insert(0, new Axis(owners.TasksPerUser, "task")))];

    /// <summary>
    /// One person's objective from one task's: the mean over the person's tasks of objective, query loss and metric. Its derivative, the mean of the tasks' directions, is clipped as a whole, so the
    /// person moves the sum by at most the clip norm, whatever the number of tasks.
    /// </summary>
    /// <param name="task">Arguments: parameters, then one task's data.</param>
    /// <param name="parameters">How many parameters.</param>
    /// <param name="count">A person's tasks.</param>
    public static Computation Objective(Computation task, int parameters, int count)
    {
        Axis axis = new(count, "task");
        bool[] batched = [.. task.Inputs.Select((_, i) => i >= parameters)];
        Computation many = task.Vmap("task", count, batched);
        return Computation.Trace(
            [.. task.Inputs.Select((input, i) => batched[i] ? input.Shape.Insert(0, axis) : input.Shape)], arguments => [.. many.Call(arguments).Select(each => each.Mean(0))]);
    }

    public void Fill(int unit, UnitBuffers arguments)
    {
        for (int place = 0; place < owners.TasksPerUser; place++)
        {
            tasks.Fill(owners.Task(unit, place), Part(arguments[0], place), Part(arguments[1], place), Part(arguments[2], place), Part(arguments[3], place));
        }
    }

    private Span<float> Part(Span<float> all, int place)
    {
        int size = all.Length / owners.TasksPerUser;
        return all.Slice(place * size, size);
    }
}
