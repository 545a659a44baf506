namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>Masses of one privacy loss distribution on a grid: mass i belongs to the loss offset + (First + i)·h. Kept and reused.</summary>
internal sealed class GridMasses
{
    /// <summary>A loss this close to a grid point (in cells) is moved onto it; by how much is remembered.</summary>
    private const double Snap = 1e-9;

    private double[] _masses = [];
    private double[] _imbalance = [];
    private int[] _kept = [];

    /// <summary>The masses.</summary>
    public Span<double> Masses => _masses.AsSpan(0, Count);

    /// <summary>How many grid points.</summary>
    public int Count { get; private set; }

    /// <summary>Index of the first grid point.</summary>
    public long First { get; private set; }

    /// <summary>The loss of index 0.</summary>
    public double Offset { get; private set; }

    /// <summary>h.</summary>
    public double Step { get; private set; }

    /// <summary>By how much a loss may have been moved without being split.</summary>
    public double Moved { get; private set; }

    /// <summary>
    /// Connects the dots (Doroshenko et al. 2022): every mass is split between the grid points below and above such that both P's and Q's mass are kept. In terms of e^L this
    /// spreads Q's distribution and keeps its mean, so no hockey-stick divergence falls: the pair on the grid dominates. The shares (e^{h-u} - 1)/(e^h - 1) and the rest are
    /// positive: nothing cancels, unlike in second differences of δ.
    /// </summary>
    /// <param name="losses">Losses.</param>
    /// <param name="masses">Masses under P.</param>
    /// <param name="below">P's mass below all of these; it goes to the lowest grid point.</param>
    /// <param name="offset">The loss of index 0.</param>
    /// <param name="step">h.</param>
    public void Spread(ReadOnlySpan<double> losses, ReadOnlySpan<double> masses, double below, double offset, double step)
    {
        Start(losses, offset, step, 2);
        double inverse = 1 / PreciseMath.Expm1(step);
        for (int i = 0; i < losses.Length; i++)
        {
            double position = (losses[i] - offset) / step;
            double floor = Math.Floor(position);
            double part = position - floor;
            int index = (int)((long)floor - First);
            if (part < Snap || part > 1 - Snap)
            {
                Moved = Math.Max(Moved, Math.Min(part, 1 - part) * step);
                _masses[part < Snap ? index : index + 1] += masses[i];
                continue;
            }

            double lower = ShortExpm1((1 - part) * step) * inverse;
            _masses[index] += masses[i] * lower;
            _masses[index + 1] += masses[i] * (1 - lower);
        }

        _masses[0] += below;
    }

    /// <summary>
    /// The other way: outcomes around each grid point are merged, which no adversary gains from, and what keeps the merged ratio P/Q off the grid point is lost. Seen on the curve
    /// H(γ) = P(S) - γQ(S): with S_j = {L ≥ b_j}, b_j in the cell (γ_j, γ_{j+1}), every line P(S_j) - γQ(S_j) is a tangent, below H; the polygon through the lower of the two tangents at each grid
    /// point lies below them in every cell; where it is not convex, its convex minorant is taken. So the pair on the grid is dominated.
    /// </summary>
    /// <remarks>
    /// With e_j = P_j - γ_jQ_j of the outcomes merged around γ_j, the masses are P_j' = P_j - e_j + (e_j⁻ - e_{j+1}⁺)/(e^h - 1) + (e_j⁺ - e_{j-1}⁻)/(1 - e^{-h}), small corrections of P_j. Left of the
    /// first point the polygon goes on parallel to the tangent there; from the last one (all outcomes with a larger loss are merged into it, so e ≥ 0) it is 0.
    /// Measures below others in this sense stay below them when multiplied, whatever their totals: for fixed outcomes of one factor the inequality holds for the other.
    /// </remarks>
    /// <param name="losses">Losses.</param>
    /// <param name="masses">Masses under P.</param>
    /// <param name="offset">The loss of index 0.</param>
    /// <param name="step">h.</param>
    public void Merge(ReadOnlySpan<double> losses, ReadOnlySpan<double> masses, double offset, double step)
    {
        Start(losses, offset, step, 1);
        Array.Clear(_imbalance, 0, Count);
        for (int i = 0; i < losses.Length; i++)
        {
            double position = (losses[i] - offset) / step;
            double nearest = Math.Floor(position + 0.5);
            double part = position - nearest;
            int index = (int)((long)nearest - First);
            if (Math.Abs(part) < Snap)
            {
                Moved = Math.Max(Moved, Math.Abs(part) * step);
                part = 0;
            }

            if (index == Count - 1 && part < 0)
            {
                index--; // the last point takes losses above it only
                part++;
            }
            else if (index >= Count)
            {
                index--;
                part++;
            }

            _masses[index] += masses[i];
            _imbalance[index] -= masses[i] * PreciseMath.Expm1(-part * step);
        }

        Correct(step);
        MakeConvex(step);
    }

    private void Start(ReadOnlySpan<double> losses, double offset, double step, int extra)
    {
        double smallest = double.PositiveInfinity;
        double largest = double.NegativeInfinity;
        foreach (double loss in losses)
        {
            smallest = Math.Min(smallest, loss);
            largest = Math.Max(largest, loss);
        }

        (Offset, Step, Moved) = (offset, step, 0);
        First = (long)Math.Floor((smallest - offset) / step);
        double last = extra == 2 ? Math.Floor((largest - offset) / step) : Math.Floor(((largest - offset) / step) + Snap);
        Count = (int)((long)last - First) + extra;
        if (_masses.Length < Count)
        {
            _masses = new double[2 * Count];
            _imbalance = new double[2 * Count];
            _kept = new int[2 * Count];
        }

        Array.Clear(_masses, 0, Count);
    }

    private void Correct(double step)
    {
        double up = 1 / PreciseMath.Expm1(step);
        double down = 1 / -PreciseMath.Expm1(-step);
        double before = 0;
        for (int j = 0; j < Count; j++)
        {
            double here = _imbalance[j];
            double after = j + 1 < Count ? _imbalance[j + 1] : 0;
            double left = j > 0 ? (Math.Max(here, 0) - Math.Max(-before, 0)) * down : 0;
            double right = j + 1 < Count ? (Math.Max(-here, 0) - Math.Max(after, 0)) * up : 0;
            _masses[j] += left + right - here;
            before = here;
        }
    }

    /// <summary>Removes points at which the slope falls, passing their (negative) mass to both neighbours such that P and Q are kept: the convex minorant.</summary>
    private void MakeConvex(double step)
    {
        int kept = 0;
        for (int j = 0; j < Count; j++)
        {
            if (_masses[j] == 0)
            {
                continue;
            }

            _kept[kept++] = j;
            while (kept > 0 && _masses[_kept[kept - 1]] < 0)
            {
                int point = _kept[--kept];
                double mass = _masses[point];
                _masses[point] = 0;
                double x = kept > 0 ? (point - _kept[kept - 1]) * step : double.PositiveInfinity;
                if (j + 1 < Count)
                {
                    // γ_point lies between: shares by P's mass. Without a point below, all goes up, so that the slope further left stays.
                    double y = (j + 1 - point) * step;
                    double toLower = kept > 0 ? PreciseMath.Expm1(y) / PreciseMath.Expm1(x + y) : 0;
                    _masses[j + 1] += kept > 0 ? mass * (1 - toLower) : mass * Math.Exp(y);
                    if (kept > 0)
                    {
                        _masses[_kept[kept - 1]] += mass * toLower;
                    }
                }
                else if (kept > 0)
                {
                    _masses[_kept[kept - 1]] += mass * Math.Exp(-x); // nothing follows: the slope to the left becomes 0
                }
            }
        }
    }

    /// <summary>e^v - 1 for 0 ≤ v, by its series where v is small: cells are many.</summary>
    private static double ShortExpm1(double v) => v < 0.02
        ? v * (1 + (v / 2 * (1 + (v / 3 * (1 + (v / 4 * (1 + (v / 5 * (1 + (v / 6))))))))))
        : PreciseMath.Expm1(v);
}
