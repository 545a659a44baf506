using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Compile;

/// <summary>A value's loop, before it is called: what it computes, over which factors, with which strides.</summary>
/// <param name="Node">The value.</param>
/// <param name="Body">The fused program's parts.</param>
/// <param name="Domain">The factors that were walked.</param>
/// <param name="Step">The step that gives the value.</param>
/// <param name="Offset">Where the result begins, behind its place.</param>
/// <param name="Extents">Loops, neighbours that walk as one joined.</param>
/// <param name="Strides">Strides of the inputs along these loops, and last of the result.</param>
internal sealed record FusedLoop(Node Node, KernelBody Body, Domain Domain, int Step, long Offset, int[] Extents, int[][] Strides)
{
    /// <summary>Elements of the innermost loop.</summary>
    public int Run => Extents.Length == 0 ? 1 : Extents[^1];

    /// <summary>The axes in the order in which inputs lie in memory, outermost first; null where that is the order they have.</summary>
    public int[]? BetterOrder()
    {
        int[] furthest = new int[Node.Shape.Rank];
        int[] nearest = new int[Node.Shape.Rank];
        for (int factor = 0; factor < Domain.Extents.Count && Body.Strides.Count > 0; factor++)
        {
            if (Domain.Extents[factor] > 1)
            {
                furthest[Domain.Axes[factor]] = Body.Strides.Max(strides => Math.Abs(strides[factor]));
                nearest[Domain.Axes[factor]] = Body.Strides.Min(strides => Math.Abs(strides[factor]));
            }
        }

        // Among axes that reach equally far those that some input repeats itself along come first: the elements of a window before its place. Axes that no
        // input moves along stay where they are.
        int[] natural = [.. Enumerable.Range(0, furthest.Length)];
        Queue<int> moved = new(natural.Where(Moves).OrderByDescending(axis => furthest[axis]).ThenBy(axis => nearest[axis]));
        int[] order = [.. natural.Select(axis => Moves(axis) ? moved.Dequeue() : axis)];
        return order.SequenceEqual(natural) || Body.Strides.Count == 0 ? null : order;

        bool Moves(int axis) => furthest[axis] > 0;
    }
}
