using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// The iteration space of a kernel: axes of a value, each made of one or more factors (outer to inner), so that a reshape in between can be
/// followed: a loop over 12 elements reading a [3, 4] value becomes a loop over 3·4.
/// </summary>
internal sealed class Domain
{
    private readonly List<int> _extents = [];
    private readonly List<int> _axes = [];
    private (int Factor, int Inner)? _split;

    /// <summary>A domain of a value's axes, in the given order.</summary>
    public Domain(Shape shape, IEnumerable<int> order)
    {
        foreach (int axis in order)
        {
            _extents.Add(shape[axis]);
            _axes.Add(axis);
        }
    }

    /// <summary>A domain of a value's axes.</summary>
    public Domain(Shape shape)
        : this(shape, Enumerable.Range(0, shape.Rank))
    {
    }

    /// <summary>Size of each factor, outermost first.</summary>
    public IReadOnlyList<int> Extents => _extents;

    /// <summary>For each factor the axis it is part of.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <summary>Asks that a factor be split into (outer, <paramref name="inner"/>) before the next attempt.</summary>
    public void RequestSplit(int factor, int inner) => _split ??= (factor, inner);

    /// <summary>Whether a split was asked for.</summary>
    public bool SplitRequested => _split is not null;

    /// <summary>Performs a requested split; false when there was none.</summary>
    public bool TrySplit()
    {
        if (_split is not var (factor, inner))
        {
            return false;
        }

        _split = null;
        _extents[factor] /= inner;
        _extents.Insert(factor + 1, inner);
        _axes.Insert(factor + 1, _axes[factor]);
        return true;
    }

    /// <summary>The map that reads each axis at its own index.</summary>
    public IndexMap Identity(Shape shape)
    {
        int[] rows = new int[shape.Rank * (_extents.Count + 1)];
        int[] next = new int[shape.Rank];
        Array.Fill(next, 1);
        for (int factor = _extents.Count - 1; factor >= 0; factor--)
        {
            int axis = _axes[factor];
            if (_extents[factor] != 1)
            {
                rows[(axis * (_extents.Count + 1)) + 1 + factor] = next[axis];
            }

            next[axis] *= _extents[factor];
        }

        return new IndexMap(shape.Rank, _extents.Count, rows);
    }
}
