using System.Numerics;

namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>Masses of one privacy loss distribution on a grid: mass i belongs to the loss offset + (First + i)·h. Kept and reused.</summary>
internal sealed class GridMasses
{
    /// <summary>A loss this close to a grid point (in cells) is moved onto it; by how much is remembered.</summary>
    private const double Snap = 1e-9;

    private const int LongestBlock = 64;

    /// <summary>So many losses are placed at once.</summary>
    private const int SpreadBlock = 128;

    /// <summary>Up to here the series of e^v - 1 is used, to v⁶: its rest is below 2e-14 of it.</summary>
    private const double SeriesReach = 0.02;

    /// <summary>This grid point lies above the smallest loss, wherever the grid was moved by half a step.</summary>
    private const int BelowPlace = 2;

    private double[] _masses = [];
    private double[] _imbalance = [];
    private double[] _tilted = [];
    private int[] _kept = [];

    /// <summary>The masses.</summary>
    public Span<double> Masses => _masses.AsSpan(0, Count);

    /// <summary>Masses of the tilted law, from <see cref="Tilt"/>.</summary>
    public ReadOnlySpan<double> Tilted => _tilted.AsSpan(0, Count);

    /// <summary>log Σ p·e^{cL}, from <see cref="Tilt"/>.</summary>
    public double LogMoment { get; private set; }

    /// <summary>The mean index under the tilted law, from <see cref="Tilt"/>.</summary>
    public double MeanIndex { get; private set; }

    /// <summary>The variance of the index under the tilted law, from <see cref="Tilt"/>.</summary>
    public double IndexVariance { get; private set; }

    /// <summary>The heaviest point of the tilted law, from <see cref="Tilt"/>.</summary>
    public int Heaviest { get; private set; }

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
        Start(losses, offset, step);
        double inverse = 1 / PreciseMath.Expm1(step);
        Span<double> floors = stackalloc double[SpreadBlock];
        Span<double> parts = stackalloc double[SpreadBlock];
        Span<double> shares = stackalloc double[SpreadBlock];
        for (int start = 0; start < losses.Length; start += SpreadBlock)
        {
            int count = Math.Min(SpreadBlock, losses.Length - start);
            Share(losses.Slice(start, count), offset, step, inverse, floors, parts, shares);
            for (int i = 0; i < count; i++)
            {
                double mass = masses[start + i];
                double part = parts[i];
                int index = (int)((long)floors[i] - First);
                if (part < Snap || part > 1 - Snap)
                {
                    Moved = Math.Max(Moved, Math.Min(part, 1 - part) * step);
                    _masses[part < Snap ? index : index + 1] += mass;
                    continue;
                }

                _masses[index] += mass * shares[i];
                _masses[index + 1] += mass * (1 - shares[i]);
            }
        }

        _masses[0] += below;
    }

    /// <summary>Where losses lie on the grid, and the share of each that goes to the point below: (e^{h-u} - 1)/(e^h - 1).</summary>
    private static void Share(ReadOnlySpan<double> losses, double offset, double step, double inverse, Span<double> floors, Span<double> parts, Span<double> shares)
    {
        int done = 0;
        for (int lanes = Vector<double>.Count; step < SeriesReach && done <= losses.Length - lanes; done += lanes)
        {
            Vector<double> position = (new Vector<double>(losses[done..]) - new Vector<double>(offset)) / new Vector<double>(step);
            Vector<double> floor = Vector.Floor(position);
            Vector<double> part = position - floor;
            floor.CopyTo(floors[done..]);
            part.CopyTo(parts[done..]);
            (Series((Vector<double>.One - part) * new Vector<double>(step)) * new Vector<double>(inverse)).CopyTo(shares[done..]);
        }

        for (; done < losses.Length; done++)
        {
            double position = (losses[done] - offset) / step;
            floors[done] = Math.Floor(position);
            parts[done] = position - floors[done];
            shares[done] = PreciseMath.Expm1((1 - parts[done]) * step) * inverse;
        }
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
    /// <param name="losses">Losses; no quadrature panel crosses an edge offset + (j + ½)h.</param>
    /// <param name="masses">Masses under P.</param>
    /// <param name="offset">The centre of the outcomes merged into index 0.</param>
    /// <param name="step">h.</param>
    /// <param name="center">
    /// Whether the grid may move: the heaviest point is put where the outcomes merged into it balance, so that a nearly atomic loss loses nothing.
    /// </param>
    public void Merge(ReadOnlySpan<double> losses, ReadOnlySpan<double> masses, double offset, double step, bool center)
    {
        Start(losses, offset, step);
        double shift = center ? Center(losses, masses) : 0;
        for (int i = 0; i < losses.Length; i++)
        {
            int index = Nearest(losses[i], out double part);
            _masses[index] += masses[i];
            _imbalance[index] -= masses[i] * PreciseMath.Expm1(shift - (part * step));
        }

        Offset += shift;

        // The last point must not lie above the balance of what is merged into it.
        while (Count > 1 && (_masses[Count - 1] == 0 || _imbalance[Count - 1] < 0))
        {
            double excess = _masses[Count - 1] - ((_masses[Count - 1] - _imbalance[Count - 1]) * Math.Exp(-step));
            _masses[Count - 2] += _masses[Count - 1];
            _imbalance[Count - 2] += excess;
            Count--;
        }

        Correct(step);
        ConvexMinorant.Take(Masses, _kept, step);
    }

    /// <summary>
    /// Rounds losses to the nearest grid point and remembers what that takes from them: neither bound by itself, but the sum of what was taken stays close to its mean (<see cref="Residuals"/>), closer than the worst of both
    /// other ways by far where releases are many. The grid is moved so that the heaviest point loses nothing on average.
    /// </summary>
    /// <param name="losses">Losses; no quadrature panel crosses an edge offset + (j + ½)h.</param>
    /// <param name="masses">Masses under P.</param>
    /// <param name="below">P's mass below all of these, or more; it goes to a grid point above the smallest loss.</param>
    /// <param name="offset">The centre of what is rounded to index 0, before the grid is moved.</param>
    /// <param name="step">h.</param>
    /// <returns>Mean and second moment of what was taken.</returns>
    public Residuals Round(ReadOnlySpan<double> losses, ReadOnlySpan<double> masses, double below, double offset, double step)
    {
        Start(losses, offset, step);
        Count = Math.Max(Count, BelowPlace + 1); // buffers are longer
        Masses[BelowPlace..(BelowPlace + 1)].Clear();
        for (int i = 0; i < losses.Length; i++)
        {
            int index = (int)((long)Math.Floor(((losses[i] - offset) / step) + 0.5) - First);
            _masses[index] += masses[i];
            _imbalance[index] += masses[i] * (losses[i] - offset - ((First + index) * step));
        }

        int heaviest = 0;
        for (int j = 1; j < Count; j++)
        {
            heaviest = _masses[j] > _masses[heaviest] ? j : heaviest;
        }

        double shift = _imbalance[heaviest] / _masses[heaviest];
        Offset += shift;
        (double mean, double square) = (0, 0);
        for (int i = 0; i < losses.Length; i++)
        {
            double position = (losses[i] - offset) / step;
            double residual = ((position - Math.Floor(position + 0.5)) * step) - shift;
            mean += masses[i] * residual;
            square += masses[i] * residual * residual;
        }

        _masses[BelowPlace] += below;
        return new Residuals(mean, square, 2 * step);
    }

    /// <summary>The balance of the heaviest point's outcomes, relative to the point.</summary>
    private double Center(ReadOnlySpan<double> losses, ReadOnlySpan<double> masses)
    {
        for (int i = 0; i < losses.Length; i++)
        {
            _masses[Nearest(losses[i], out _)] += masses[i];
        }

        int heaviest = 0;
        for (int j = 1; j < Count; j++)
        {
            heaviest = _masses[j] > _masses[heaviest] ? j : heaviest;
        }

        double other = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            if (Nearest(losses[i], out double part) == heaviest)
            {
                other += masses[i] * PreciseMath.Expm1(-part * Step);
            }
        }

        double shift = -PreciseMath.Log1p(other / _masses[heaviest]);
        Array.Clear(_masses, 0, Count);
        return shift;
    }

    private int Nearest(double loss, out double part)
    {
        double position = (loss - Offset) / Step;
        double nearest = Math.Floor(position + 0.5);
        part = position - nearest;
        if (Math.Abs(part) < Snap)
        {
            Moved = Math.Max(Moved, Math.Abs(part) * Step);
            part = 0;
        }

        return (int)((long)nearest - First);
    }

    /// <summary>Tilts: masses ∝ p·e^{cL}, with sum 1.</summary>
    /// <param name="tilt">c.</param>
    /// <param name="logMoment">About log Σ p·e^{cL}; it only has to keep numbers in range.</param>
    public void Tilt(double tilt, double logMoment)
    {
        if (_tilted.Length < Count)
        {
            _tilted = new double[_masses.Length];
        }

        double sum = 0;
        double mean = 0;
        int length = BlockLength(tilt);
        for (int block = 0; block < Count; block += length)
        {
            // Powers of one factor, begun anew in every block: no more units in the last place off than a block is long.
            int end = Math.Min(Count, block + length);
            double power = Math.Exp(Math.Min(700, (tilt * (Offset + ((First + block) * Step))) - logMoment));
            double factor = Math.Exp(tilt * Step);
            for (int i = block; i < end; i++)
            {
                double value = _masses[i] > 0 ? _masses[i] * power : 0;
                _tilted[i] = value;
                sum += value;
                mean += value * i;
                power *= factor;
            }
        }

        MeanIndex = mean / sum;
        Heaviest = 0;
        double variance = 0;
        for (int i = 0; i < Count; i++)
        {
            _tilted[i] /= sum;
            Heaviest = _tilted[i] > _tilted[Heaviest] ? i : Heaviest;
            variance += _tilted[i] * (i - MeanIndex) * (i - MeanIndex);
        }

        (LogMoment, IndexVariance) = (logMoment + Math.Log(sum), variance);
    }

    /// <summary>The 2-norm of the tilted law, and without its heaviest point, rounded up.</summary>
    public (double All, double Others) Norms()
    {
        double rest = 0;
        for (int i = 0; i < Count; i++)
        {
            rest += i == Heaviest ? 0 : _tilted[i] * _tilted[i];
        }

        return (Math.Sqrt(rest + (_tilted[Heaviest] * _tilted[Heaviest])) * (1 + 1e-12), Math.Sqrt(rest) * (1 + 1e-12));
    }

    /// <summary>log E[e^{λ(i - mean)h}] under the tilted law; ∞ where it overflows.</summary>
    public double LogSpread(double change)
    {
        double sum = 0;
        double factor = Math.Exp(change * Step);
        int length = BlockLength(change);
        for (int block = 0; block < Count; block += length)
        {
            int end = Math.Min(Count, block + length);
            double power = Math.Exp(change * (block - MeanIndex) * Step);
            double part = 0;
            for (int i = block; i < end; i++)
            {
                part += _tilted[i] * power;
                power *= factor;
            }

            sum += double.IsNaN(part) ? double.PositiveInfinity : part;
        }

        // At least 0, by Jensen's inequality.
        return Math.Max(0, Math.Log(sum * (1 + 1e-13)));
    }

    /// <summary>So many points that powers within a block stay in range of its first one.</summary>
    private int BlockLength(double rate) => (int)Math.Clamp(50 / (Math.Abs(rate) * Step), 1, LongestBlock);

    private void Start(ReadOnlySpan<double> losses, double offset, double step)
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
        Count = (int)((long)Math.Floor((largest - offset) / step) - First) + 2;
        if (_masses.Length < Count)
        {
            _masses = new double[2 * Count];
            _imbalance = new double[2 * Count];
            _kept = new int[2 * Count];
        }

        Array.Clear(_masses, 0, Count);
        Array.Clear(_imbalance, 0, Count);
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

    /// <summary>e^v - 1 for 0 ≤ v &lt; <see cref="SeriesReach"/>.</summary>
    private static Vector<double> Series(Vector<double> v)
    {
        Vector<double> sum = new Vector<double>(1.0 / 120) + (v * new Vector<double>(1.0 / 720));
        sum = new Vector<double>(1.0 / 24) + (v * sum);
        sum = new Vector<double>(1.0 / 6) + (v * sum);
        sum = new Vector<double>(0.5) + (v * sum);
        return v * (Vector<double>.One + (v * sum));
    }
}
