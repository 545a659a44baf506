using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Tasks of which each has many draws, as a person who has more data than one support and query set: every time that unit u is asked for, the next draw is given. The n-th time it is task u +
/// n·2³² of the source, whatever else was asked for and however many units there are: training sees the same on every machine and with any number of threads, and nobody's draws depend on
/// who else takes part. A person is still one unit.
/// </summary>
/// <remarks>Unlike other sources this one counts: it is for one training, from its beginning. One unit may not be asked for by two threads at once, which trainers don't do.</remarks>
public sealed class RedrawnTasks : ITaskSource
{
    private const int UnitBits = 32;

    private readonly ITaskSource _tasks;
    private readonly int[] _asked;

    /// <summary>Begins with the first draw of everybody.</summary>
    /// <param name="tasks">A source whose task u + n·2³² is draw n of unit u.</param>
    /// <param name="units">How many units, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no units.</exception>
    public RedrawnTasks(ITaskSource tasks, int units)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        _tasks = tasks;
        _asked = new int[units];
    }

    /// <inheritdoc/>
    public Shape InputShape => _tasks.InputShape;

    /// <inheritdoc/>
    public Shape TargetShape => _tasks.TargetShape;

    /// <inheritdoc/>
    public int Way => _tasks.Way;

    /// <inheritdoc/>
    public int SupportCount => _tasks.SupportCount;

    /// <inheritdoc/>
    public int QueryCount => _tasks.QueryCount;

    /// <summary>Whose task it is: units follow one another, and every 2³² tasks they begin anew.</summary>
    internal static int UnitOf(long taskId, int units) => (int)((taskId & uint.MaxValue) % units);

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        if (taskId < 0 || taskId >= _asked.Length)
        {
            throw new ArgumentException($"Fill(task {taskId}): there are units 0 to {_asked.Length - 1}. Draws are counted here, not by the caller.", nameof(taskId));
        }

        long draw = _asked[taskId]++;
        _tasks.Fill(taskId + (draw << UnitBits), supportInputs, supportLabels, queryInputs, queryLabels);
    }
}
