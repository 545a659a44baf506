using System.Globalization;
using System.Numerics;

namespace FastDPMeta.Privacy.Homomorphic.Learning;

/// <summary>
/// Where tasks lie in slots: element i of task t in slot i·T + t, T = slots / features. Rotating by k·T then moves element i + k to place i in all tasks at
/// once, cyclically, so that a product of every task's
/// matrix with its vector is a sum over diagonals; and T neighbouring slots hold one element of all tasks.
/// </summary>
public sealed class TaskPacking
{
    /// <summary>A packing.</summary>
    /// <param name="parameters">Gives the slots.</param>
    /// <param name="features">Elements of a task's vector: a power of two, at most half of the slots. Pad with features that are 0.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public TaskPacking(CkksParameters parameters, int features)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        new ArgumentErrors("TaskPacking")
            .Require(features >= 2 && features <= parameters.Slots / 2 && BitOperations.IsPow2(features), nameof(features), features, $"must be a power of two in [2, {parameters.Slots / 2}]", "Pad with features that are 0.")
            .Throw();
        (Parameters, Features, Capacity) = (parameters, features, parameters.Slots / features);
    }

    /// <summary>What it is for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Elements of a task's vector.</summary>
    public int Features { get; }

    /// <summary>Tasks that a ciphertext holds: T.</summary>
    public int Capacity { get; }

    /// <summary>Rotations that training takes: one for each diagonal, and two for each doubling of a sum over tasks.</summary>
    public IReadOnlyList<int> Rotations =>
    [
        .. Enumerable.Range(1, Features - 1).Select(diagonal => diagonal * Capacity),
        .. Doublings.Select(step => step),
        .. Doublings.Select(step => -step),
    ];

    internal IEnumerable<int> Doublings
    {
        get
        {
            for (int step = 1; step < Capacity; step *= 2)
            {
                yield return step;
            }
        }
    }

    /// <summary>Diagonal <paramref name="diagonal"/> of every task's G: slot i·T + t holds G_t(i, i + diagonal).</summary>
    internal double[] Diagonal(IReadOnlyList<GramTask> tasks, int diagonal) =>
        Fill(tasks, (task, i) => task.Gram(i, (i + diagonal) % Features));

    /// <summary>Every task's r.</summary>
    internal double[] Moments(IReadOnlyList<GramTask> tasks) => Fill(tasks, (task, i) => task.Moment(i));

    private double[] Fill(IReadOnlyList<GramTask> tasks, Func<GramTask, int, double> element)
    {
        if (tasks.Count < 1 || tasks.Count > Capacity || tasks.Any(task => task.Features != Features))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"TaskPacking: there must be 1 to {Capacity} tasks of {Features} features each; got {tasks.Count}. Use more slots, fewer tasks, or pad features."));
        }

        double[] slots = new double[Parameters.Slots];
        for (int task = 0; task < tasks.Count; task++)
        {
            for (int i = 0; i < Features; i++)
            {
                slots[(i * Capacity) + task] = element(tasks[task], i);
            }
        }

        return slots;
    }
}
