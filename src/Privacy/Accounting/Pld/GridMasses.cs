namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>Masses of one privacy loss distribution on a grid: mass i belongs to the loss offset + (First + i)·h. Kept and reused.</summary>
internal sealed class GridMasses
{
    /// <summary>A loss this close to a grid point (in cells) is moved onto it; by how much is remembered.</summary>
    private const double Snap = 1e-9;

    private const int LongestBlock = 64;

    // Each is a pass over the grid; one is rare.
    private const int MostCuts = 64;

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
        MakeConvex(step);
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
        double variance = 0;
        for (int i = 0; i < Count; i++)
        {
            _tilted[i] /= sum;
            variance += _tilted[i] * (i - MeanIndex) * (i - MeanIndex);
        }

        (LogMoment, IndexVariance) = (logMoment + Math.Log(sum), variance);
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

    /// <summary>The convex minorant of the polygon, and 0 where it would be negative.</summary>
    private void MakeConvex(double step)
    {
        for (int cuts = 0; ; cuts++)
        {
            int kept = RemoveFallingSlopes(step);
            if (kept == 0 || _masses[_kept[kept - 1]] >= 0)
            {
                return;
            }

            if (cuts == MostCuts || !CutAtZero(kept, step))
            {
                Array.Clear(_masses, 0, Count); // 0 lies below every curve
                return;
            }
        }
    }

    /// <summary>
    /// Removes points at which the slope falls, passing their (negative) mass to both neighbours such that P and Q are kept. Returns how many points remain; the last of them keeps a
    /// negative mass where the polygon rises to 0 at it.
    /// </summary>
    private int RemoveFallingSlopes(double step)
    {
        int kept = 0;
        for (int j = 0; j < Count; j++)
        {
            if (_masses[j] == 0)
            {
                continue;
            }

            _kept[kept++] = j;
            while (j + 1 < Count && kept > 0 && _masses[_kept[kept - 1]] < 0)
            {
                int point = _kept[--kept];
                double mass = _masses[point];
                _masses[point] = 0;
                double y = (j + 1 - point) * step;
                if (kept == 0)
                {
                    _masses[j + 1] += mass * Math.Exp(y); // without a point below, all goes up, so that the slope further left stays
                    continue;
                }

                // γ_point lies between: shares by P's mass.
                double x = (point - _kept[kept - 1]) * step;
                double toLower = PreciseMath.Expm1(y) / PreciseMath.Expm1(x + y);
                _masses[j + 1] += mass * (1 - toLower);
                _masses[_kept[kept - 1]] += mass * toLower;
            }
        }

        return kept;
    }

    /// <summary>
    /// A polygon that ends in a rise to 0 is negative before. The curve is not, but the point where the polygon crosses 0 is none of the grid's; so it is made 0 from the last point on at
    /// which it is positive, and goes there straight from the point before, where it stays what it was. False where there is no such point.
    /// </summary>
    private bool CutAtZero(int kept, double step)
    {
        double mass = 0; // of the points above, under P and, relative to the point, under Q
        double other = 0;
        for (int place = kept - 1; place > 0; place--)
        {
            int point = _kept[place];
            bool isPositive = mass > other;
            mass += _masses[point];
            other += _masses[point];
            _masses[point] = 0;
            int before = _kept[place - 1];
            double factor = PreciseMath.Expm1((point - before) * step);
            if (isPositive)
            {
                double toLower = (other - mass) / factor;
                _masses[before] += toLower;
                _masses[point] = mass - toLower;
                return true;
            }

            other /= 1 + factor;
        }

        return false;
    }

    /// <summary>e^v - 1 for 0 ≤ v, by its series where v is small: cells are many.</summary>
    private static double ShortExpm1(double v) => v < 0.02
        ? v * (1 + (v / 2 * (1 + (v / 3 * (1 + (v / 4 * (1 + (v / 5 * (1 + (v / 6))))))))))
        : PreciseMath.Expm1(v);
}
