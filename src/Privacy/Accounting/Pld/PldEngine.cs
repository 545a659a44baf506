using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>
/// The engine for any pair: privacy loss distributions on one grid, from above (<see cref="GridMasses.Spread"/>) and from below (<see cref="GridMasses.Merge"/>), composed by
/// <see cref="GridComposition"/>. Grid, tails and tilt follow from the mechanism, the number of releases and δ.
/// </summary>
/// <remarks>
/// Both roundings of a loss within a cell change its variance by about h²/6 up and h²/12 down, and so Σ T·K(c) by c(c+1)/2 times that; divided by c this is the width in ε: about
/// ΣT·h²(c+1)/8. The step is chosen from it. Where all losses lie on a lattice the grid is the lattice, and nothing is rounded. Not thread-safe; buffers are kept.
/// </remarks>
internal sealed class PldEngine
{
    /// <summary>The largest transform: 2²¹ numbers, some tens of milliseconds each.</summary>
    private const int LargestSize = 1 << 21;

    private const int LargestNodeCount = 6_000_000;
    private const int LargestPartCount = 64;
    private const int LargestPassCount = 4;
    private const int LargestTiltCount = 4;

    /// <summary>Part of δ that cut tails may take.</summary>
    private const double TailShare = 1e-9;

    /// <summary>Exponents of the tilted mass that may lie outside a window.</summary>
    private const double UsualCut = 38, NearestCut = 46;

    /// <summary>Part of δ that an unlikely sum of roundings may take.</summary>
    private const double RoundedTailShare = 1e-7;

    private readonly List<Part> _parts = [];
    private readonly GridComposition _composition = new();
    private GridMasses[] _masses = [];
    private long[] _counts = [];
    private readonly double[] _logMoments = new double[LargestPartCount];
    private int _used;
    private double _total;
    private double _tilt;
    private double _estimate;
    private double _window;
    private Residuals _residuals;

    /// <summary>Forgets the last composition.</summary>
    public void Clear() => (_used, _total) = (0, 0);

    /// <summary>Adds a pair.</summary>
    public void Add(LossPair pair, long count)
    {
        if (_used == _parts.Count)
        {
            _parts.Add(new Part());
        }

        _parts[_used++].Set(pair, count);
        _total += count;
    }

    /// <summary>Bounds ε at a given δ from above.</summary>
    /// <param name="delta">δ in (0, 1).</param>
    /// <param name="step">The grid's step, or 0 to have it chosen for a width.</param>
    /// <param name="width">The width of the interval wanted, relative above ε = 1.</param>
    /// <param name="lowerToo">Whether the lower bound is wanted too.</param>
    /// <param name="lower">The lower bound, or 0.</param>
    /// <param name="upper">The upper bound.</param>
    /// <returns>False where the work would be too much.</returns>
    public bool TryEpsilon(double delta, double step, double width, bool lowerToo, out double lower, out double upper)
    {
        (lower, upper) = (0, double.PositiveInfinity);
        bool free = step == 0;
        if (!TryPrepare(delta, double.NaN, ref step, width))
        {
            return false;
        }

        for (int i = 0; i < LargestPassCount; i++)
        {
            if (!TryBounds(delta, step, lowerToo, out double low, out double high))
            {
                if (i == 0)
                {
                    return false;
                }

                break;
            }

            (lower, upper) = (Math.Max(lower, low), Math.Min(upper, high));
            double reached = (upper - lower) / Math.Max(1, lower);
            if (!free || !lowerToo || !(reached > 2 * width) || double.IsInfinity(reached))
            {
                break;
            }

            step *= Math.Max(0.1, 0.9 * Math.Sqrt(width / reached)); // the width falls with h² at least
        }

        // A better guess tilts better; a coarser grid takes more by rounding and leaves fewer jumps, whose rounding in transforms counts.
        double before = 0;
        for (int size = LargestSize / 4; free && lowerToo && size > 1 << 12 && upper - lower > 2 * width * Math.Max(1, lower); size = upper - lower < 0.7 * before ? size : size >> 3)
        {
            before = upper - lower;
            if (TryRounded(delta, (lower + upper) / 2, size, out double least, out double most))
            {
                (lower, upper) = (Math.Max(lower, least), Math.Min(upper, most));
            }
        }

        return true;
    }

    /// <summary>Bounds ε by rounded losses alone. For tests.</summary>
    internal bool TryEpsilonRounded(double delta, int size, out double lower, out double upper)
    {
        (lower, upper) = (0, double.PositiveInfinity);
        double step = 0;
        return TryPrepare(delta, double.NaN, ref step, 1e-3) && TryRounded(delta, upper, size, out lower, out upper);
    }

    /// <summary>
    /// Both bounds from one composition of rounded losses: with S their sum and R the sum of what rounding took, δ(ε) = E[(1 - e^{ε-S-R})₊] lies within P(R > ρ) above that of S at ε - ρ, and within P(R &lt; ρ') below that
    /// at ε - ρ'. The finest grid there is; for many releases whose losses are wide or nearly atomic, where pairs on a grid lose a little in each.
    /// </summary>
    private bool TryRounded(double delta, double guess, int size, out double lower, out double upper)
    {
        // The saddle point of δ at about the answer, where rounding weighs least: for a large δ well below the tilt that finds ε.
        bool found = TrySaddle(Math.Log(delta), double.IsFinite(guess) ? guess : _estimate);
        (lower, upper) = (0, double.PositiveInfinity);
        double step = _window / (size / 2.0);
        if (!found || !(step > 0) || !TryCompose(step, GridRounding.Nearest, delta, out double infinite) || infinite >= delta)
        {
            return false;
        }

        double tail = delta * RoundedTailShare;
        double reach = _residuals.Reach(tail, _total);
        double above = delta - tail > infinite ? _composition.Epsilon(delta - tail, infinite, upper: true) : double.PositiveInfinity;
        double below = _composition.Epsilon(delta + tail, 0, upper: false);
        upper = Math.Max(0, above + _residuals.Mean + reach);
        lower = below > 0 ? Math.Clamp(below + _residuals.Mean - reach, 0, upper) : 0;
        return true;
    }

    private bool TryBounds(double delta, double step, bool lowerToo, out double lower, out double upper)
    {
        (lower, upper) = (0, double.PositiveInfinity);
        if (!TryCompose(step, GridRounding.Above, delta, out double infinite, halves: lowerToo))
        {
            return false;
        }

        upper = infinite < delta ? _composition.Epsilon(delta, infinite, upper: true) : double.PositiveInfinity;
        if (lowerToo && TryCompose(step, GridRounding.Below, delta, out infinite))
        {
            lower = infinite < delta ? Math.Min(upper, _composition.Epsilon(delta, infinite, upper: false)) : upper;
        }

        return true;
    }

    /// <summary>Encloses δ at a given ε.</summary>
    /// <param name="epsilon">ε ≥ 0.</param>
    /// <param name="width">The width in ε wanted.</param>
    /// <param name="lower">The lower bound.</param>
    /// <param name="upper">The upper bound.</param>
    /// <returns>False where the work would be too much.</returns>
    public bool TryDelta(double epsilon, double width, out double lower, out double upper)
    {
        (lower, upper) = (0, 1);
        double step = 0;
        if (!TryPrepare(1e-30, epsilon, ref step, width) || !TryCompose(step, GridRounding.Above, 1e-30, out double infinite, always: true))
        {
            return false;
        }

        upper = _composition.Delta(epsilon, infinite, upper: true);
        if (TryCompose(step, GridRounding.Below, 1e-30, out infinite, always: true))
        {
            lower = Math.Min(upper, _composition.Delta(epsilon, infinite, upper: false));
        }

        return true;
    }

    /// <summary>Lists the pairs without a grid, finds tilt and step.</summary>
    private bool TryPrepare(double delta, double epsilon, ref double step, double width)
    {
        if (_used > LargestPartCount)
        {
            return false;
        }

        double logTail = Math.Log(delta * TailShare) - Math.Log(_total);
        for (int i = 0; i < _used; i++)
        {
            if (!_parts[i].Coarse.TryList(_parts[i].Pair, 0, 0, logTail, -60 - Math.Log(_total), LargestNodeCount))
            {
                return false;
            }
        }

        if (!TrySaddle(Math.Log(delta), epsilon))
        {
            return false;
        }

        if (step > 0)
        {
            return true;
        }

        double wanted = Math.Sqrt(8 * width * Math.Max(0.1, _estimate) / ((_tilt + 1) * _total));
        step = Lattice(Math.Max(wanted, _window / (LargestSize / 2.0)));
        return step > 0 && double.IsFinite(step);
    }

    /// <summary>The lattice's own spacing, or an even part of it, where there is one.</summary>
    private double Lattice(double wanted)
    {
        double spacing = 0;
        for (int i = 0; i < _used; i++)
        {
            double own = _parts[i].Pair.Spacing;
            spacing = own > 0 && (spacing == 0 || own < spacing) ? own : spacing;
        }

        bool exact = spacing > 0;
        for (int i = 0; i < _used; i++)
        {
            LossPair pair = _parts[i].Pair;
            double ratio = pair.Spacing / spacing;
            exact &= pair.Segments.Length == 0 && (pair.AtomLosses.Length == 1 || Math.Abs(ratio - Math.Round(ratio)) < 1e-12);
        }

        if (exact && _window / spacing < LargestSize / 2.0)
        {
            return spacing;
        }

        return spacing > wanted ? spacing / Math.Ceiling(spacing / wanted) : wanted;
    }

    private bool TryCompose(double step, GridRounding rounding, double delta, out double infinite, bool halves = true, bool always = false)
    {
        infinite = 0;
        _residuals = default;
        bool upper = rounding != GridRounding.Below;
        if (_masses.Length < _used)
        {
            Array.Resize(ref _masses, _used);
            Array.Resize(ref _counts, _used);
        }

        // Smaller losses weigh less than e^{-46} in all, once tilted: they may as well be this large.
        double lowest = -(46 + Math.Log(_total)) / (0.5 * Math.Min(_tilt, 20 / step));
        double logFinite = 0;
        double logTail = Math.Log(delta * TailShare) - Math.Log(_total);
        for (int i = 0; i < _used; i++)
        {
            Part part = _parts[i];
            LossPair pair = part.Pair;
            if (upper && !part.Fine.TryList(pair, pair.Offset, halves ? step / 2 : step, logTail, -60 - Math.Log(_total), LargestNodeCount, lowest))
            {
                return false;
            }

            if (!(part.Fine.Count > 0) || !((part.Fine.Largest - part.Fine.Smallest) / step < LargestSize))
            {
                return false;
            }

            if (rounding == GridRounding.Above)
            {
                part.Masses.Spread(part.Fine.Losses, part.Fine.Masses, part.Fine.MassBelow, pair.Offset, step);
            }
            else if (rounding == GridRounding.Nearest)
            {
                _residuals = _residuals.Plus(part.Masses.Round(part.Fine.Losses, part.Fine.Masses, part.Fine.MassBelow, pair.Offset, step), part.Count);
            }
            else
            {
                part.Masses.Merge(part.Fine.Losses, part.Fine.Masses, pair.Offset, step, center: pair.Spacing == 0 && (pair.Segments.Length == 0 || pair.AtomLosses.Length == 0));
            }

            logFinite += part.Count * PreciseMath.Log1p(-Math.Min(1, upper ? part.Fine.MassAbove * (1 + 1e-12) : pair.InfiniteMass));
            (_masses[i], _counts[i]) = (part.Masses, part.Count);
        }

        infinite = -PreciseMath.Expm1(logFinite) * (upper ? 1 + 1e-12 : 1 - 1e-12);
        if (infinite >= delta && !always)
        {
            return true;
        }

        // A heavy tail may need a window too wide; less tilt, less of it.
        double tilt = Math.Min(_tilt, 20 / step);
        int tilts = rounding == GridRounding.Nearest ? 1 : LargestTiltCount; // what was left out below must weigh nothing in a lower bound
        for (int i = 0; i < tilts; i++)
        {
            Moments(tilt);
            if (_composition.TryCompose(_masses, _counts, _used, tilt, _logMoments, LargestSize, rounding == GridRounding.Nearest ? NearestCut : UsualCut))
            {
                return true;
            }

            tilt *= 0.6;
        }

        return false;
    }

    /// <summary>The tilt: as in the contour engine, over the masses that remain after cutting the tails.</summary>
    private bool TrySaddle(double logDelta, double epsilon)
    {
        double low = -14;
        double high = 25;
        double u = 1;
        for (int i = 0; i < 80; i++)
        {
            double c = Math.Exp(u);
            (double moment, double mean, double variance) = Moments(c);
            double prior = (1 / c) + (1 / (1 + c));
            double curvature = variance + (1 / (c * c)) + (1 / ((1 + c) * (1 + c)));
            double value = double.IsNaN(epsilon)
                ? (c * (mean - prior)) - (moment - Math.Log(c) - PreciseMath.Log1p(c) - logDelta)
                : mean - prior - epsilon;
            if (double.IsNaN(value))
            {
                return false;
            }

            (_tilt, _window) = (c, 20 * Math.Sqrt(variance));
            _estimate = double.IsNaN(epsilon) ? Math.Max(0, (moment - Math.Log(c) - PreciseMath.Log1p(c) - logDelta) / c) : epsilon;
            (low, high) = value > 0 ? (low, u) : (u, high);
            double force = double.IsNaN(epsilon) ? value : value * c;
            if (Math.Abs(force) < 0.2 || high - low < 0.01)
            {
                return true;
            }

            double step = Math.Clamp(-value / ((double.IsNaN(epsilon) ? c * curvature : curvature) * c), -2, 2);
            step = Math.CopySign(Math.Max(Math.Abs(step), 0.02), step);
            u = u + step > low && u + step < high ? u + step : (low + high) / 2;
        }

        return true;
    }

    private (double Moment, double Mean, double Variance) Moments(double c)
    {
        (double moment, double mean, double variance) = (0, 0, 0);
        for (int i = 0; i < _used; i++)
        {
            ReadOnlySpan<double> losses = _parts[i].Coarse.Losses;
            ReadOnlySpan<double> masses = _parts[i].Coarse.Masses;
            double largest = double.NegativeInfinity;
            for (int j = 0; j < losses.Length; j++)
            {
                largest = masses[j] > 0 ? Math.Max(largest, c * losses[j]) : largest;
            }

            double sum = 0;
            double first = 0;
            double second = 0;
            for (int j = 0; j < losses.Length; j++)
            {
                double tilted = masses[j] * Math.Exp((c * losses[j]) - largest);
                sum += tilted;
                first += tilted * losses[j];
                second += tilted * losses[j] * losses[j];
            }

            first /= sum;
            _logMoments[i] = largest + Math.Log(sum);
            moment += _parts[i].Count * _logMoments[i];
            mean += _parts[i].Count * first;
            variance += _parts[i].Count * Math.Max(0, (second / sum) - (first * first));
        }

        return (moment, mean, variance);
    }

    /// <summary>One pair with its lists.</summary>
    private sealed class Part
    {
        public LossPair Pair { get; private set; } = null!;

        public long Count { get; private set; }

        public LossNodes Coarse { get; } = new();

        public LossNodes Fine { get; } = new();

        public GridMasses Masses { get; } = new();

        public void Set(LossPair pair, long count) => (Pair, Count) = (pair, count);
    }
}
