using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Proves that people stay apart: follows an axis (examples, or tasks) through a computation, op by op and by each op's own rule, and refuses whatever lets
/// one row see another. What no rule covers is refused. Sums over rows are accepted where <see cref="PerExample"/> clipped the rows, and then no row
/// may see the sum.
/// </summary>
public static class IsolationCheck
{
    /// <summary>Checks a computation; returns how each result depends on the rows.</summary>
    /// <param name="computation">What to check.</param>
    /// <param name="label">What a row is, as <c>task</c> or <c>example</c>; for messages.</param>
    /// <param name="axes">For each argument the axis along which its rows stand, or null when all rows share it.</param>
    /// <param name="unprotected">Results that may be plain sums over rows: losses and counts for the owner of the data, never to be released.</param>
    /// <exception cref="IsolationException">Rows mix; the message names the op, its shapes, what to do, and the user's line.</exception>
    /// <exception cref="ArgumentException">The axes do not fit the arguments.</exception>
    public static IReadOnlyList<RowDependence> Verify(Computation computation, string label, IReadOnlyList<int?> axes, params ReadOnlySpan<int> unprotected)
    {
        ArgumentNullException.ThrowIfNull(computation);
        ArgumentNullException.ThrowIfNull(axes);
        IsolationFlow[] inputs = [.. axes.Select(axis => axis is { } place ? new IsolationFlow(new RowFlowPlace(place), null, false) : IsolationFlow.Shared)];
        IsolationFlow[] outputs = new IsolationWalk(label, Rows(computation, axes)).Run(computation, inputs);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is { Sum: { } sum, Bounded: false } && !unprotected.Contains(i))
            {
                throw new IsolationException(
                    $"Isolation: result {i} is a sum over all rows of axis {label} that bounds no row's influence, made by {IsolationWalk.Show(sum)}. "
                    + $"Clip first: PerExample(\"{label}\", …).Clip(…).Sum().{sum.Where}");
            }
        }

        return [.. outputs.Select(output => output.Dependence)];
    }

    private static int Rows(Computation computation, IReadOnlyList<int?> axes)
    {
        if (axes.Count != computation.Inputs.Count)
        {
            throw new ArgumentException($"Isolation: give an axis or null for each of the {computation.Inputs.Count} arguments; got {axes.Count}.", nameof(axes));
        }

        int? rows = null;
        for (int i = 0; i < axes.Count; i++)
        {
            if (axes[i] is { } axis)
            {
                Shape shape = computation.Inputs[i].Shape;
                if (axis < 0 || axis >= shape.Rank || (rows is { } known && shape[axis] != known))
                {
                    throw new ArgumentException($"Isolation: axis {axis} of argument {i}, {shape}, must exist and have {rows?.ToString() ?? "the"} rows.", nameof(axes));
                }

                rows = shape[axis];
            }
        }

        return rows ?? throw new ArgumentException("Isolation: no argument has rows.", nameof(axes));
    }
}
