namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// A pair's privacy loss as a list of losses with masses: its atoms, and quadrature nodes for its continuous parts. Where a grid is given, no quadrature panel crosses an edge
/// of its half cells, so sums over cells are integrals over cells. Masses are relatively accurate to <see cref="MassError"/>. Kept and reused.
/// </summary>
internal sealed class LossNodes
{
    /// <summary>Relative error of a mass: quadrature and the rounding of a density.</summary>
    public const double MassError = 1e-13;

    /// <summary>So many edges are asked for at once.</summary>
    private const int EdgeCount = 64;

    /// <summary>A width over which an integrand changes by a factor e is taken for the same over this part of it.</summary>
    private const double ScalePart = 0.1;

    private double[] _place = [];
    private double[] _weight = [];
    private double[] _loss = [];
    private double[] _mass = [];

    /// <summary>How many nodes.</summary>
    public int Count { get; private set; }

    /// <summary>Losses, ascending within each part.</summary>
    public ReadOnlySpan<double> Losses => _loss.AsSpan(0, Count);

    /// <summary>Masses under P.</summary>
    public ReadOnlySpan<double> Masses => _mass.AsSpan(0, Count);

    /// <summary>P's mass above what is listed, cut tails included: rounded up.</summary>
    public double MassAbove { get; private set; }

    /// <summary>P's mass below what is listed, rounded up.</summary>
    public double MassBelow { get; private set; }

    /// <summary>The smallest loss listed.</summary>
    public double Smallest { get; private set; }

    /// <summary>The largest loss listed.</summary>
    public double Largest { get; private set; }

    /// <summary>Lists a pair.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="offset">A loss on an edge.</param>
    /// <param name="half">The distance of edges, or 0 for none.</param>
    /// <param name="logTailAbove">Logarithm of the mass that may be cut above.</param>
    /// <param name="logTailBelow">Logarithm of the mass that may be cut below.</param>
    /// <param name="largestCount">Stop there.</param>
    /// <param name="lowest">Smaller losses of continuous parts are left out too; their mass is then taken as the whole of the part.</param>
    /// <returns>False where there would be more nodes than allowed.</returns>
    public bool TryList(LossPair pair, double offset, double half, double logTailAbove, double logTailBelow, int largestCount, double lowest = double.NegativeInfinity)
    {
        Count = 0;
        (MassAbove, MassBelow) = (pair.InfiniteMass, 0);
        foreach ((LossSegment segment, double weight) in pair.Segments)
        {
            int start = Count;
            if (!TryPlace(segment, offset, half, logTailAbove, logTailBelow, largestCount, lowest, out double above, out double below))
            {
                return false;
            }

            MassAbove += weight * above;
            MassBelow += weight * below;
            segment.Evaluate(_place.AsSpan(start, Count - start), _loss.AsSpan(start, Count - start), _mass.AsSpan(start, Count - start));
            for (int i = start; i < Count; i++)
            {
                _mass[i] *= weight * _weight[i];
            }
        }

        if (Count + pair.AtomLosses.Length > largestCount)
        {
            return false;
        }

        Grow(Count + pair.AtomLosses.Length);
        pair.AtomLosses.CopyTo(_loss, Count);
        pair.AtomMasses.CopyTo(_mass, Count);
        Count += pair.AtomLosses.Length;
        Range();
        return true;
    }

    private bool TryPlace(
        LossSegment segment, double offset, double half, double logTailAbove, double logTailBelow, int largestCount, double lowest, out double above, out double below)
    {
        double x = segment.LowerEnd(logTailBelow, out below);
        double end = segment.UpperEnd(logTailAbove, out above);
        if (lowest > double.NegativeInfinity && segment.Inverse(lowest, 0) is var cut && cut > x)
        {
            (x, below) = (Math.Min(cut, end), 1);
        }

        if (!(x < end))
        {
            return true;
        }

        Span<double> ends = [x, end];
        Span<double> losses = stackalloc double[2];
        Span<double> densities = stackalloc double[2];
        segment.Evaluate(ends, losses, densities);
        Span<double> edges = stackalloc double[EdgeCount];
        Span<double> values = stackalloc double[EdgeCount];
        double edge = double.PositiveInfinity;
        double next = end;
        int used = EdgeCount;
        if (half > 0)
        {
            if (!((losses[1] - losses[0]) / half < largestCount))
            {
                return false;
            }

            edge = Math.Floor((losses[0] - offset) / half);
            next = x;
        }

        double scale = 0;
        double scaled = x;
        while (x < end)
        {
            while (next <= x)
            {
                if (used == EdgeCount)
                {
                    for (used = 0; used < EdgeCount; used++)
                    {
                        values[used] = offset + (++edge * half);
                    }

                    segment.Inverse(values, x, edges);
                    used = 0;
                }

                next = Math.Min(end, edges[used++]);
            }

            while (x < next)
            {
                if (x >= scaled)
                {
                    scale = segment.Scale(x); // changes little over a small part of itself
                    scaled = x + (ScalePart * scale);
                }

                double rest = next - x;
                double width = rest <= scale ? rest : Math.Min(scale, rest / 2);
                GaussLegendre.Rule(width / scale, out double[] nodes, out double[] weights);
                if (Count + nodes.Length > largestCount)
                {
                    return false;
                }

                Grow(Count + nodes.Length);
                double middle = width / 2;
                for (int i = 0; i < nodes.Length; i++)
                {
                    _place[Count] = x + (middle * (1 + nodes[i]));
                    _weight[Count++] = middle * weights[i];
                }

                x = width == rest ? next : x + width;
            }
        }

        return true;
    }

    private void Range()
    {
        (Smallest, Largest) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int i = 0; i < Count; i++)
        {
            Smallest = Math.Min(Smallest, _loss[i]);
            Largest = Math.Max(Largest, _loss[i]);
        }
    }

    private void Grow(int count)
    {
        if (_place.Length < count)
        {
            int length = Math.Max(1024, 2 * count);
            Array.Resize(ref _place, length);
            Array.Resize(ref _weight, length);
            Array.Resize(ref _loss, length);
            Array.Resize(ref _mass, length);
        }
    }
}
