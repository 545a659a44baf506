using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Shapes of one task's data: support examples to learn from, query examples to be judged on. For regression a way is 1. For
/// classification labels are whole numbers from 0 to <see cref="Way"/> - 1.
/// </summary>
public sealed record TaskShape
{
    /// <summary>Shapes of one task.</summary>
    /// <param name="input">Shape of one example.</param>
    /// <param name="way">Classes of a task; 1 for regression.</param>
    /// <param name="shot">Support examples of each class.</param>
    /// <param name="query">Query examples of each class.</param>
    /// <param name="target">Shape of one example's target; a scalar unless given.</param>
    /// <exception cref="ArgumentException">A number is below 1.</exception>
    public TaskShape(Shape input, int way, int shot, int query, Shape? target = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (way < 1 || shot < 1 || query < 1)
        {
            throw new ArgumentException($"TaskShape: way, shot and query must be at least 1; got {way}, {shot} and {query}.");
        }

        Input = input;
        Target = target ?? Shape.Scalar;
        (Way, Shot, Query) = (way, shot, query);
    }

    /// <summary>Shapes of the tasks of a source.</summary>
    /// <param name="tasks">The source.</param>
    /// <exception cref="ArgumentException">Support or query examples do not divide evenly among the classes.</exception>
    public static TaskShape Of(ITaskSource tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        (int way, int support, int query) = (tasks.Way, tasks.SupportCount, tasks.QueryCount);
        return way >= 1 && support % way == 0 && query % way == 0
            ? new TaskShape(tasks.InputShape, way, support / way, query / way, tasks.TargetShape)
            : throw new ArgumentException($"TaskShape: support ({support}) and query ({query}) examples must be multiples of the {way} classes.", nameof(tasks));
    }

    /// <summary>Shape of one example.</summary>
    public Shape Input { get; }

    /// <summary>Shape of one example's target.</summary>
    public Shape Target { get; }

    /// <summary>Classes of a task.</summary>
    public int Way { get; }

    /// <summary>Support examples of each class.</summary>
    public int Shot { get; }

    /// <summary>Query examples of each class.</summary>
    public int Query { get; }

    /// <summary>Support examples in all.</summary>
    public int SupportCount => Way * Shot;

    /// <summary>Query examples in all.</summary>
    public int QueryCount => Way * Query;

    /// <summary>Shape of the task's support inputs: [example, …].</summary>
    public Shape SupportInputs => Input.Insert(0, new Axis(SupportCount, "example"));

    /// <summary>Shape of the task's support targets: [example, …].</summary>
    public Shape SupportTargets => Target.Insert(0, new Axis(SupportCount, "example"));

    /// <summary>Shape of the task's query inputs: [example, …].</summary>
    public Shape QueryInputs => Input.Insert(0, new Axis(QueryCount, "example"));

    /// <summary>Shape of the task's query targets: [example, …].</summary>
    public Shape QueryTargets => Target.Insert(0, new Axis(QueryCount, "example"));
}
