using System.Numerics;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting.Contour;

/// <summary>
/// The exact engine for smooth pairs: for any c > 0, δ(ε) = (1/π)∫₀^∞ Re[e^{-εs}M(s)/(s(s+1))]dt along s = c + it, M the product of all moment functions. The cost does not
/// depend on the number of releases.
/// </summary>
/// <remarks>
/// c is the saddle point, where nothing cancels. Three errors are bounded and carried along.
/// <list type="bullet">
/// <item>Step Δ: the trapezoidal sum is Σ_k e^{ckD}δ(ε + kD), D = 2π/Δ: all its aliases are positive, so it overstates, by at most Σ e^{-ckD} below (δ ≤ 1) and, with
/// Chernoff's δ(ε) ≤ M(c₂)e^{-c₂ε}, c₂ > c, a geometric sum above.</item>
/// <item>End: |M(c + it)| beyond the last node by <see cref="ContourItem.LogDecay"/>, and ∫dt/t² for the rest of the integrand.</item>
/// <item>Rounding: every node carries a bound of the error of each moment, times its count.</item>
/// </list>
/// Where the loss is nearly atomic |M| decays slowly; beyond <see cref="LargestWork"/> products the engine declines. Not thread-safe; buffers are kept.
/// </remarks>
internal sealed class ContourEngine
{
    private const double LargestWork = 3e7;
    private const int LargestNodeCount = 1 << 15;

    /// <summary>Aliases and the end are cut at e^{-34} ≈ 2e-15 of δ.</summary>
    private const double Cut = 34;

    private const double MachineEpsilon = 2.220446049250313e-16;

    private static ReadOnlySpan<double> FarFactors => [1.04, 1.1, 1.25, 1.5, 2, 3, 5, 8, 13, 21, 34];

    private readonly List<ContourItem> _items = [];
    private int _used;

    /// <summary>Σ (shift)² of the Gaussian pairs, which are one Gaussian pair.</summary>
    private double _gaussian;

    private double[] _amplitude = [];
    private double[] _phase = [];
    private double[] _error = [];

    private double _farC;
    private double _farLogMoment;
    private double _distance;
    private double _truncation;
    private int _nodes;
    private double _nodeStep;
    private double _c;
    private double _logMoment;
    private double _logMomentError;
    private double _mean;
    private double _variance;

    /// <summary>Forgets the last composition.</summary>
    public void Clear() => (_used, _gaussian) = (0, 0);

    /// <summary>Adds a pair, which must be smooth.</summary>
    public void Add(LossPair pair, double count)
    {
        if (!double.IsNaN(pair.GaussianShift))
        {
            _gaussian += count * pair.GaussianShift * pair.GaussianShift;
            return;
        }

        if (_used == _items.Count)
        {
            _items.Add(new ContourItem());
        }

        _items[_used++].Set(pair, count);
    }

    /// <summary>Whether the engine knows the pair.</summary>
    public static bool Covers(LossPair pair)
    {
        if (pair.AtomLosses.Length > 0 || pair.InfiniteMass > 0 || pair.Segments.Length == 0)
        {
            return false;
        }

        foreach ((LossSegment segment, _) in pair.Segments)
        {
            if (segment is not MixtureSegment { IsWhole: true })
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Encloses ε at a given δ.</summary>
    /// <returns>False where the engine declines.</returns>
    public bool TryEpsilon(double delta, out double lower, out double upper)
    {
        (lower, upper) = (0, double.PositiveInfinity);
        double logDelta = Math.Log(delta);
        if (!TrySaddle(logDelta, double.NaN))
        {
            return false;
        }

        // Saddle-point estimate; what it misses shows as large aliases above, then the line is chosen once more.
        double spread = _variance + (1 / (_c * _c)) + (1 / ((1 + _c) * (1 + _c)));
        double epsilon = (_logMoment - Math.Log(_c) - PreciseMath.Log1p(_c) - (Math.Log(2 * Math.PI * spread) / 2) - logDelta) / _c;
        for (int i = 0; i < 2; i++)
        {
            if (!TryLine(epsilon, logDelta))
            {
                return false;
            }

            ContourCurve curve = new(this);
            EpsilonSearch.Enclose(ref curve, delta, Math.Max(0, epsilon), double.PositiveInfinity, out lower, out upper);
            if (upper - lower <= 1e-10 * Math.Max(1, upper) || double.IsInfinity(upper))
            {
                break;
            }

            epsilon = upper;
        }

        return !double.IsInfinity(upper);
    }

    /// <summary>Encloses δ at a given ε.</summary>
    /// <returns>False where the engine declines.</returns>
    public bool TryDelta(double epsilon, out double lower, out double upper)
    {
        (lower, upper) = (0, 1);
        if (!TrySaddle(double.NaN, epsilon))
        {
            return false;
        }

        double logDelta = _logMoment - (_c * epsilon) - Math.Log(_c) - PreciseMath.Log1p(_c);
        if (!TryLine(epsilon, logDelta - 3))
        {
            return false;
        }

        DeltaPoint point = At(epsilon);
        (lower, upper) = (Math.Max(0, point.Lower), Math.Min(1, point.Upper));
        return upper >= lower;
    }

    /// <summary>The sum at an ε, with both bounds.</summary>
    internal DeltaPoint At(double epsilon)
    {
        double exponent = _logMoment - (_c * epsilon);
        double scale = Math.Exp(exponent) * _nodeStep / Math.PI;
        double drift = _mean - epsilon;
        double sum = _amplitude[0] / 2;
        double slope = -_c * sum;
        double error = 0;
        double size = sum;
        for (int k = 1; k <= _nodes; k++)
        {
            double t = k * _nodeStep;
            (double sin, double cos) = Math.SinCos(_phase[k] + (t * drift));
            sum += _amplitude[k] * cos;
            slope -= _amplitude[k] * ((_c * cos) - (t * sin));
            error += _error[k] + (4 * MachineEpsilon * _amplitude[k] * t * (Math.Abs(_mean) + Math.Abs(epsilon)));
            size += _amplitude[k];
        }

        double relative = _logMomentError + (4 * MachineEpsilon * (Math.Abs(_logMoment) + Math.Abs(_c * epsilon) + 8));
        double value = scale * sum;
        double slack = (scale * (error + (size * ((8 + _nodes) * MachineEpsilon)))) + (Math.Exp(exponent) * _truncation);
        slack += Math.Abs(value) * PreciseMath.Expm1(relative);
        double near = Math.Exp(-_c * _distance);
        double far = Math.Exp(-(_farC - _c) * _distance);
        double alias = (near / (1 - near)) + (Math.Exp(_farLogMoment - (_farC * epsilon)) * far / (1 - far));
        return new DeltaPoint(value - slack - (alias * (1 + 1e-9)), value, value + slack, scale * slope);
    }

    /// <summary>Finds c such that (δ given) ε(c) = (K - log c(c+1) - log δ)/c is least, or (ε given) K' - 1/c - 1/(c+1) = ε.</summary>
    private bool TrySaddle(double logDelta, double epsilon)
    {
        double low = -16;
        double high = 20;
        double u = Math.Clamp(Guess(logDelta, epsilon), low, high);
        for (int i = 0; i < 60; i++)
        {
            _c = Math.Exp(u);
            if (!Prepare(_c, 0))
            {
                high = u;
                u = (low + high) / 2;
                continue;
            }

            double prior = (1 / _c) + (1 / (1 + _c));
            double curvature = _variance + (1 / (_c * _c)) + (1 / ((1 + _c) * (1 + _c)));
            double value = double.IsNaN(epsilon)
                ? (_c * (_mean - prior)) - (_logMoment - Math.Log(_c) - PreciseMath.Log1p(_c) - logDelta)
                : _mean - prior - epsilon;
            double slope = (double.IsNaN(epsilon) ? _c * curvature : curvature) * _c; // per unit of log c
            if (double.IsNaN(value))
            {
                return false;
            }

            (low, high) = value > 0 ? (low, u) : (u, high);
            double force = double.IsNaN(epsilon) ? value : value * _c; // d(exponent)/d(log c)
            if (Math.Abs(force) < 0.2 || high - low < 0.01)
            {
                return true;
            }

            // Where a heavy tail takes over the slope is huge, and Newton's steps tiny far from the root.
            double step = Math.Clamp(-value / slope, -1.5, 1.5);
            step = Math.CopySign(Math.Max(Math.Abs(step), 0.02), step);

            u = u + step > low && u + step < high ? u + step : (low + high) / 2;
        }

        return false;
    }

    /// <summary>log c for the Gaussian pair with the same mean loss at a small tilt.</summary>
    private double Guess(double logDelta, double epsilon)
    {
        if (!Prepare(1, 0))
        {
            return 0;
        }

        double shift = _variance;
        return double.IsNaN(epsilon) ? Math.Log(Math.Max(1e-3, Math.Sqrt(2 * Math.Max(1, -logDelta)) / Math.Sqrt(shift))) : Math.Log(Math.Max(1e-2, epsilon / shift));
    }

    /// <summary>Nodes of all items at a c; sums of K, K', K''.</summary>
    private bool Prepare(double c, double largestT)
    {
        // Gaussian: K(c) = c(c+1)a²/2.
        (_logMoment, _mean, _variance) = (c * (c + 1) * _gaussian / 2, ((2 * c) + 1) * _gaussian / 2, _gaussian);
        _logMomentError = 4 * MachineEpsilon * _logMoment;
        for (int i = 0; i < _used; i++)
        {
            ContourItem item = _items[i];
            if (!item.Prepare(c, largestT))
            {
                return false;
            }

            _logMoment += item.Count * item.LogMoment;
            _mean += item.Count * item.Mean;
            _variance += item.Count * item.Variance;
            _logMomentError += item.Count * item.LogMomentError;
        }

        return double.IsFinite(_logMoment) && double.IsFinite(_mean) && _variance > 0;
    }

    /// <summary>Chooses step and end for the c found, and fills the nodes.</summary>
    private bool TryLine(double epsilon, double logDelta)
    {
        if (!TryDistance(epsilon, logDelta) || !Prepare(_c, 0) || !TryEnd(out double end, out double logDecay))
        {
            return false;
        }

        double step = 2 * Math.PI / _distance;
        double nodes = Math.Ceiling(end / step);
        if (!(nodes <= LargestNodeCount) || !Prepare(_c, nodes * step))
        {
            return false;
        }

        long width = 0;
        for (int i = 0; i < _used; i++)
        {
            width += _items[i].Nodes;
        }

        if (nodes * width > LargestWork)
        {
            return false;
        }

        _truncation = Math.Exp(logDecay) / (Math.PI * end);
        _nodes = (int)nodes;
        _nodeStep = step;
        Fill();
        return true;
    }

    /// <summary>D such that aliases on both sides are below e^{-Cut}·δ.</summary>
    private bool TryDistance(double epsilon, double logDelta)
    {
        double c = _c;
        double near = (Cut - logDelta) / c;
        double far = double.PositiveInfinity;
        int worse = 0;
        foreach (double factor in FarFactors)
        {
            double other = c * factor;
            if (worse > 1 || !Prepare(other, 0))
            {
                break;
            }

            double distance = (_logMoment + _logMomentError - (other * epsilon) - logDelta + Cut) / (other - c);
            if (distance < far)
            {
                (far, _farC, _farLogMoment) = (distance, other, _logMoment + _logMomentError);
                worse = 0;
            }
            else
            {
                worse++;
            }
        }

        _distance = Math.Max(near, far);
        return _distance > 0 && double.IsFinite(_distance);
    }

    /// <summary>A t from which on the product of moments stays below e^{-Cut} of its size at 0.</summary>
    private bool TryEnd(out double end, out double logDecay)
    {
        end = Math.Sqrt(2 * Cut / _variance);
        logDecay = 0;
        for (int i = 0; i < 24; i++)
        {
            logDecay = -_gaussian * end * end / 2;
            for (int j = 0; j < _used; j++)
            {
                logDecay += _items[j].Count * _items[j].LogDecay(_c, end);
            }

            if (logDecay <= -Cut)
            {
                return true;
            }

            end *= logDecay < 0 ? Math.Clamp(Math.Sqrt(Cut / -logDecay) * 1.03, 1.05, 3) : 3;
            if (!(end * _distance < 2 * Math.PI * LargestNodeCount))
            {
                return false;
            }
        }

        return false;
    }

    private void Fill()
    {
        if (_amplitude.Length <= _nodes)
        {
            int length = (int)BitOperations.RoundUpToPowerOf2((uint)_nodes + 1);
            _amplitude = new double[length];
            _phase = new double[length];
            _error = new double[length];
        }

        for (int k = 0; k <= _nodes; k++)
        {
            double t = k * _nodeStep;
            _amplitude[k] = -_gaussian * t * t / 2; // its logarithm, until all items are added
            _phase[k] = 0;
            _error[k] = 0;
        }

        for (int j = 0; j < _used; j++)
        {
            AddItem(_items[j]);
        }

        for (int k = 0; k <= _nodes; k++)
        {
            double t = k * _nodeStep;
            double kernel = 1 / Math.Sqrt(((_c * _c) + (t * t)) * (((_c + 1) * (_c + 1)) + (t * t)));
            double relative = _error[k] + (4 * MachineEpsilon * (8 + Math.Abs(_amplitude[k])));
            _amplitude[k] = Math.Exp(_amplitude[k]) * kernel;
            _phase[k] -= Math.Atan2(t, _c) + Math.Atan2(t, _c + 1);
            _error[k] = _amplitude[k] * PreciseMath.Expm1(relative + (4 * MachineEpsilon * Math.Abs(_phase[k])));
        }
    }

    /// <summary>Adds count·log(M(c+it)/M(c)) of an item to all nodes, and its relative error: k products of numbers of size |e^{itℓ} - 1|.</summary>
    private void AddItem(ContourItem item)
    {
        item.Begin(_nodeStep);
        for (int k = 1; k <= _nodes; k++)
        {
            Complex z = item.Next();
            double square = (2 * z.Real) + (z.Real * z.Real) + (z.Imaginary * z.Imaginary);
            double logAbsolute = square > -1 ? PreciseMath.Log1p(square) / 2 : -40;

            double error = MachineEpsilon * ((4 * k) + 16) * Math.Min(2, k * _nodeStep * item.Deviation);
            _amplitude[k] += item.Count * logAbsolute;
            _phase[k] += item.Count * Math.Atan2(z.Imaginary, 1 + z.Real);
            _error[k] += item.Count * error / Math.Max(Math.Exp(logAbsolute), error);
        }
    }
}
