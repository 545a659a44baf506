using System.Numerics;

namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>
/// Composes distributions on one grid: each is tilted (p̃ ∝ p·e^{cL}), transformed, raised to its count, multiplied into the product, and the product transformed back. The tilt puts the
/// losses that decide δ into the middle of the distribution, so that rounding is small beside δ itself, be it 1e-5 or 1e-30. Kept and reused.
/// </summary>
/// <remarks>
/// Rounding: a transform errs by η = 6·u·log₂ n in the relative 2-norm; |transform of p̃| ≤ 1, so a power T multiplies an error by T at most (times e^{0.1} as long as T times the largest error stays below
/// 0.1, which is checked) and adds 3uT of its own; the inverse transform adds η. Altogether ‖Δy‖₂ ≤ η(1.2·Σ T‖p̃‖₂ + ‖y‖₂) + 3u·ΣT·‖y‖₂, and a sum of Δy against weights is bounded by Cauchy and Schwarz.
/// A heavy point is taken out where that leaves less rounding: with mass 1 + a there, a &lt; 0, and the rest transformed to ψ, a factor is 1 + z, z = a + ψ, and powers and products are taken of what exceeds 1. With |z| ≤ 2|a|
/// an error e of z becomes T·e at most, and each of the log₂ T squarings adds 8uT|z| at most; η then multiplies the norm of the rest, however heavy the point. Where jumps are rare in all, the 1 is left out of the inverse transform too.
/// Window: mass of the tilted sum outside it (Chernoff, on the very masses) wraps around; it is below 2e^{-cut}.
/// </remarks>
internal sealed class GridComposition
{
    private const double MachineEpsilon = 2.220446049250313e-16;
    private const int PlanCount = 8;

    /// <summary>Powers are begun anew after so many products.</summary>
    private const int Refresh = 16;

    private readonly RealFft?[] _plans = new RealFft?[PlanCount];
    private int _nextPlan;
    private double[] _values = [];
    private double[] _real = [];
    private double[] _imaginary = [];
    private double[] _totalReal = [];
    private double[] _totalImaginary = [];

    private int _size;
    private double _tilt;
    private double _step;
    private double _logMoment;
    private double _offset;
    private long _window;
    private double _error;
    private double _relative;
    private double _shift;
    private double _cut;
    private long _anchor;
    private double _jumps;
    private bool _anchored;

    /// <summary>Composes.</summary>
    /// <param name="parts">Masses on grids of one step.</param>
    /// <param name="counts">How often each.</param>
    /// <param name="count">How many parts.</param>
    /// <param name="tilt">c > 0.</param>
    /// <param name="logMoments">About log E[e^{cL}] of each part.</param>
    /// <param name="largestSize">The largest transform allowed.</param>
    /// <param name="cut">Tilted mass outside the window is below e^{-cut} on either side.</param>
    /// <returns>False where the window does not fit, or rounding cannot be bounded usefully.</returns>
    public bool TryCompose(GridMasses[] parts, long[] counts, int count, double tilt, double[] logMoments, int largestSize, double cut)
    {
        (_tilt, _step, _cut) = (tilt, parts[0].Step, cut);
        _logMoment = 0;
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            total += counts[i];
            parts[i].Tilt(tilt, logMoments[i]);
            _logMoment += counts[i] * parts[i].LogMoment;
        }

        if (!double.IsFinite(_logMoment) || !TryWindow(parts, counts, count, out double low, out double high) || !((high - low) / _step < largestSize - 8))
        {
            return false;
        }

        RealFft plan = Plan(RealFft.SizeFor((long)((high - low) / _step) + 4));
        _size = plan.Size;
        Grow(plan);
        if (!TryMultiply(plan, parts, counts, count, total))
        {
            return false;
        }

        bool apart = _anchored && _jumps < 1;
        if (_anchored && !apart)
        {
            foreach (ref double real in _totalReal.AsSpan(0, plan.SpectrumLength))
            {
                real += 1;
            }
        }

        plan.Inverse(_totalReal, _totalImaginary, _values.AsSpan(0, _size));
        Finish(parts, counts, count, total, low);
        _values[0] += apart ? 1 : 0;
        return true;
    }

    /// <summary>The ε at which a bound of δ reaches a target, from the top of the window downward.</summary>
    /// <param name="delta">The target, above the infinite mass.</param>
    /// <param name="infinite">δ that no ε takes away.</param>
    /// <param name="upper">Whether the upper bound is asked for (masses must then come from <see cref="GridMasses.Spread"/>), or the lower one.</param>
    public double Epsilon(double delta, double infinite, bool upper)
    {
        double sign = upper ? 1 : -1;
        double r = Math.Exp(-_tilt * _step);
        double g = Math.Exp(-_step);
        double gap = -PreciseMath.Expm1(-_step);
        double growth = Math.Exp(_tilt * _step);
        double factor = 0;
        double tail = 0;
        double excess = 0;
        double above = upper ? infinite : 0;
        long index = _window + _size - 1;
        int place = Place(index);
        for (int i = 0; ; i++)
        {
            double epsilon = _offset + (index * _step);
            factor = i % Refresh == 0 ? Math.Exp(_logMoment - (_tilt * epsilon) + (sign * _relative)) : factor * growth;
            excess = r * ((g * excess) + (gap * tail));
            tail = _values[place] + (r * tail);
            double value = (factor * (excess + (sign * _error))) + infinite;
            if (value > delta)
            {
                // δ is linear in e^ε within the cell, both bounds lie on the safe side of the chord.
                double part = Math.Clamp((delta - above) / (value - above), 0, 1);
                double at = epsilon + PreciseMath.Log1p(PreciseMath.Expm1(_step) * (1 - part)) + (sign * _shift);
                return Math.Max(0, at);
            }

            if (epsilon < -_step || index <= _window)
            {
                return epsilon <= 0 || !upper ? 0 : epsilon;
            }

            above = value;
            index--;
            place = place == 0 ? _size - 1 : place - 1;
        }
    }

    /// <summary>A bound of δ at an ε.</summary>
    public double Delta(double epsilon, double infinite, bool upper)
    {
        double sign = upper ? 1 : -1;
        double moved = epsilon - (sign * _shift);
        long first = (long)Math.Floor((moved - _offset) / _step) + 1;
        double sum = 0;
        for (long index = Math.Max(first, _window); index < _window + _size; index++)
        {
            double rise = (_offset + (index * _step)) - moved;
            double weight = Math.Exp(-_tilt * rise);
            sum -= _values[Place(index)] * weight * PreciseMath.Expm1(-rise);
            if (weight < 1e-30)
            {
                break;
            }
        }

        double value = (Math.Exp(_logMoment - (_tilt * moved)) * (sum + (sign * _error)) * Math.Exp(sign * _relative)) + infinite;
        return Math.Clamp(value, 0, 1);
    }

    private int Place(long index) => (int)((((index - _anchor) % _size) + _size) % _size);

    private bool TryMultiply(RealFft plan, GridMasses[] parts, long[] counts, int count, double total)
    {
        int length = plan.SpectrumLength;
        double eta = RealFft.ErrorFactor * MachineEpsilon * (Math.Log2(_size) + 2);
        Span<double> real = _totalReal.AsSpan(0, length);
        Span<double> imaginary = _totalImaginary.AsSpan(0, length);
        if (!TryBound(parts, counts, count, total, eta))
        {
            return false;
        }

        real.Fill(_anchored ? 0 : 1);
        imaginary.Clear();
        _anchor = 0;
        for (int i = 0; i < count; i++)
        {
            Span<double> values = _values.AsSpan(0, _size);
            values.Clear();
            int heaviest = _anchored ? parts[i].Heaviest : -1;
            Put(parts[i], heaviest, values);
            plan.Forward(values, _real, _imaginary);
            if (_anchored)
            {
                _anchor = (_anchor + ((counts[i] % _size) * ((parts[i].First + heaviest) % _size))) % _size;
                TiltedPower.MultiplyExcess(real, imaginary, _real.AsSpan(0, length), _imaginary.AsSpan(0, length), parts[i].Tilted[heaviest] - 1, counts[i]);
            }
            else
            {
                TiltedPower.MultiplyBy(real, imaginary, _real.AsSpan(0, length), _imaginary.AsSpan(0, length), counts[i]);
            }
        }

        return true;
    }

    /// <summary>What rounding does either way, see the remarks, and which way does less. False where it can't be bounded.</summary>
    private bool TryBound(GridMasses[] parts, long[] counts, int count, double total, double eta)
    {
        (double plain, double largestPlain, double excess, double largestExcess) = (0, 0, 0, 0);
        _jumps = 0;
        for (int i = 0; i < count; i++)
        {
            (double norm, double rest) = parts[i].Norms();
            double jumps = Math.Abs(1 - parts[i].Tilted[parts[i].Heaviest]);
            _jumps += counts[i] * jumps;
            plain += counts[i] * norm;
            excess += counts[i] * ((eta * rest) + (16 * MachineEpsilon * (Math.Log2(counts[i]) + 3) * jumps));
            largestPlain = Math.Max(largestPlain, counts[i] * eta * Math.Sqrt(_size) * norm);
            largestExcess = Math.Max(largestExcess, counts[i] * eta * Math.Sqrt(_size) * rest);
        }

        _anchored = excess < (eta * plain) + (2 * MachineEpsilon * total);

        // The second is per ‖y‖₂, completed in Finish.
        (_error, _relative) = _anchored ? (1.2 * excess, eta + (4 * MachineEpsilon)) : (eta * 1.2 * plain, eta + (3 * MachineEpsilon * total));
        return (_anchored ? largestExcess : largestPlain) < 0.1;
    }

    private void Finish(GridMasses[] parts, long[] counts, int count, double total, double low)
    {
        double norm = 0;
        foreach (double value in _values.AsSpan(0, _size))
        {
            norm += value * value;
        }

        double rounding = _error + (_relative * Math.Sqrt(norm));

        // w(t) = e^{-ct}(1 - e^{-t}) ≤ e^{-ct}·min(1, t): Σw² over the grid is at most its integral over h and its largest value.
        double c = _tilt;
        double peak = Math.Min(1, 1 / (Math.E * c));
        double weights = Math.Sqrt((Math.Min(1 / (4 * c * c * c), 1 / (2 * c)) / _step) + (peak * peak));
        _error = (rounding * weights) + (2.2 * Math.Exp(-_cut));

        _offset = 0;
        _shift = 0;
        double logRounding = 0;
        for (int i = 0; i < count; i++)
        {
            GridMasses part = parts[i];
            _offset += counts[i] * part.Offset;
            double size = Math.Max(Math.Abs(part.Offset + (part.First * _step)), Math.Abs(part.Offset + ((part.First + part.Count) * _step)));
            _shift += counts[i] * (part.Moved + (4 * MachineEpsilon * size));
            logRounding += counts[i] * Math.Abs(part.LogMoment);
        }

        _relative = (total * (Loss.LossNodes.MassError + (8 * MachineEpsilon))) + (8 * MachineEpsilon * logRounding);
        _window = (long)Math.Floor((low - _offset) / _step) - 1;
    }

    /// <summary>p̃ into a circle of the window's size; without its heaviest point, and from there, where that is given.</summary>
    private void Put(GridMasses part, int heaviest, Span<double> values)
    {
        ReadOnlySpan<double> tilted = part.Tilted;
        long first = heaviest < 0 ? part.First : -heaviest;
        int index = (int)(((first % _size) + _size) % _size);
        for (int i = 0; i < tilted.Length; i++)
        {
            values[index] += i == heaviest ? 0 : tilted[i];
            index = index + 1 == _size ? 0 : index + 1;
        }
    }

    /// <summary>An interval that the tilted sum leaves with probability e^{-cut} at most on either side.</summary>
    private bool TryWindow(GridMasses[] parts, long[] counts, int count, out double low, out double high)
    {
        (low, high) = (double.NegativeInfinity, double.PositiveInfinity);
        double mean = 0;
        double variance = 0;
        for (int i = 0; i < count; i++)
        {
            mean += counts[i] * (parts[i].Offset + ((parts[i].First + parts[i].MeanIndex) * _step));
            variance += counts[i] * parts[i].IndexVariance * _step * _step;
        }

        // Chernoff: P(S - E[S] ≥ x) ≤ e^{Σ T·log E[e^{λ(L-E[L])}] - λx}, around the λ of a normal law.
        double scale = Math.Sqrt(2 * _cut / Math.Max(variance, _step * _step * 1e-6));
        for (double factor = 1; factor <= 4 && Improve(parts, counts, count, mean, scale * factor, ref low, ref high); factor *= 2)
        {
        }

        // A heavy tail, or a law that is nearly one point, needs smaller ones.
        for (double factor = 0.5; factor > 1e-8; factor /= 2)
        {
            if (!Improve(parts, counts, count, mean, scale * factor, ref low, ref high) && double.IsFinite(low) && double.IsFinite(high))
            {
                break;
            }
        }

        return double.IsFinite(low) && double.IsFinite(high);
    }

    private bool Improve(GridMasses[] parts, long[] counts, int count, double mean, double change, ref double low, ref double high)
    {
        double up = _cut + 0.01;
        double down = _cut + 0.01;
        for (int i = 0; i < count; i++)
        {
            up += counts[i] * parts[i].LogSpread(change);
            down += counts[i] * parts[i].LogSpread(-change);
        }

        double higher = mean + (up / change);
        double lower = mean - (down / change);
        bool better = higher < high || lower > low;
        (low, high) = (Math.Max(low, lower), Math.Min(high, higher));
        return better;
    }

    private RealFft Plan(int size)
    {
        foreach (RealFft? plan in _plans)
        {
            if (plan?.Size == size)
            {
                return plan;
            }
        }

        RealFft made = new(size);
        _plans[_nextPlan] = made;
        _nextPlan = (_nextPlan + 1) % PlanCount;
        return made;
    }

    private void Grow(RealFft plan)
    {
        if (_values.Length < plan.Size)
        {
            int length = (int)BitOperations.RoundUpToPowerOf2((uint)plan.Size);
            _values = new double[length];
            _real = new double[(length / 2) + 8];
            _imaginary = new double[(length / 2) + 8];
            _totalReal = new double[(length / 2) + 8];
            _totalImaginary = new double[(length / 2) + 8];
        }
    }
}
