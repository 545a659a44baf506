using System.Numerics;
using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting.Contour;

/// <summary>
/// One smooth pair in a composition: its moments M(s) = E_P[e^{sL}] on a line Re s = c, by the trapezoidal rule over the outcomes x. Nodes carry the tilted law
/// ∝ p·e^{cL}, so that log M(c + it) = K(c) + itm + log(1 + E[e^{it(L-m)} - 1]) with m = K'(c): what is raised to a power near 1 never passes through 1.
/// </summary>
/// <remarks>
/// The rule errs by at most 2·∫|p(x+iy)e^{sL(x+iy)}|dx/(e^{2πd/h} - 1) over |y| = d (Trefethen and Weideman 2014, theorem 5.1). Above |y| &lt; d = min(π/a, π/2b), a and b the
/// largest means of P and Q, no sum of exponentials vanishes: |P| grows by e^{d²/2} at most, 1/|Q| by 1/cos(bd), and the argument of the ratio is at most (a+b)d. The step
/// is chosen from these, with e^{-Exponent} left.
/// </remarks>
internal sealed class ContourItem
{
    /// <summary>e^{-Exponent}: what the quadrature leaves out, of the moment itself. With 10⁷ releases it is 1e-18.</summary>
    private const double Exponent = 58;

    /// <summary>At half the height of the strip the rule still leaves e^{-Exponent/2} only.</summary>
    private const double ShiftedError = 2e-12;

    /// <summary>√(2·Exponent): beyond this distance from every place where the tilted density may be stationary, less than e^{-Exponent} of it remains.</summary>
    private const double Reach = 10.8;

    private const int LargestCount = 1 << 16;

    private double[] _x = [];
    private double[] _real = [];
    private double[] _imaginary = [];
    private double[] _stepReal = [];
    private double[] _stepImaginary = [];

    /// <summary>Losses minus their tilted mean.</summary>
    private double[] _loss = [];

    private double[] _weight = [];
    private int _count;

    /// <summary>The pair.</summary>
    public LossPair Pair { get; private set; } = null!;

    /// <summary>How often it is used.</summary>
    public double Count { get; private set; }

    /// <summary>K(c).</summary>
    public double LogMoment { get; private set; }

    /// <summary>A bound of the rounding error of K(c).</summary>
    public double LogMomentError { get; private set; }

    /// <summary>K'(c): the mean of the tilted loss.</summary>
    public double Mean { get; private set; }

    /// <summary>K''(c): its variance.</summary>
    public double Variance { get; private set; }

    /// <summary>The mean absolute deviation of the tilted loss.</summary>
    public double Deviation { get; private set; }

    /// <summary>How many nodes the line last prepared has.</summary>
    public int Nodes => _count;

    /// <summary>Takes a pair whose segments are all whole lines.</summary>
    public void Set(LossPair pair, double count) => (Pair, Count) = (pair, count);

    /// <summary>Makes the nodes for a line.</summary>
    /// <param name="c">Re s > 0.</param>
    /// <param name="largestT">The largest Im s to be asked for.</param>
    /// <returns>False where that takes too many.</returns>
    public bool Prepare(double c, double largestT)
    {
        _count = 0;
        double largest = double.NegativeInfinity;
        double hi = 0;
        foreach ((LossSegment part, double weight) in Pair.Segments)
        {
            MixtureSegment segment = (MixtureSegment)part;
            double step = Step(segment, c, largestT);
            double high = ((c + 1) * segment.P.Highest) - (c * segment.Q.Lowest) + Reach;
            double low = ((c + 1) * segment.P.Lowest) - (c * segment.Q.Highest) - Reach;
            double nodes = Math.Ceiling((high - low) / step) + 1;
            if (!(_count + nodes <= LargestCount))
            {
                return false;
            }

            hi = Math.Max(hi, high);
            Grow(_count + (int)nodes);
            double logWeight = Math.Log(weight * step * 0.39894228040143267794);
            for (int i = 0; i < (int)nodes; i++)
            {
                double x = low + (i * step);
                double p = segment.P.LogRatio(x);
                double loss = p - segment.Q.LogRatio(x);
                double logMass = logWeight - (x * x / 2) + p;
                _x[_count] = logMass;
                _loss[_count] = loss;
                largest = Math.Max(largest, logMass + (c * loss));
                _count++;
            }
        }

        Moments(c, largest, hi);
        return true;
    }

    /// <summary>
    /// log of a bound of |M(c + it)|/M(c) for all t' ≥ t: with x moved to x + iy, y > 0, |e^{sL}| = e^{c·Re L - t·Im L} and Im L ≥ 0, so the integral of the absolute
    /// value falls with t. The best y of a few is taken.
    /// </summary>
    /// <param name="c">Re s, as last prepared.</param>
    /// <param name="t">Im s > 0.</param>
    public double LogDecay(double c, double t)
    {
        double best = 0;
        double y = 0;
        double limit = double.PositiveInfinity;
        foreach ((LossSegment part, _) in Pair.Segments)
        {
            limit = Math.Min(limit, Strip((MixtureSegment)part) / 2);
        }

        // First order: y²/2 - y·t·E[dL/dx]; then two steps of doubling or halving.
        double trial = Math.Min(limit, t * MeanSlope());
        for (int i = 0; i < 4 && trial > 0; i++)
        {
            double value = ShiftedLogMoment(c, t, trial) - LogMoment + ShiftedError;
            if (value < best)
            {
                (best, y) = (value, trial);
                trial = Math.Min(limit, trial * 1.6);
            }
            else
            {
                trial = (y > 0 ? y : trial) * 0.6;
            }

            if (trial == y)
            {
                break;
            }
        }

        return best;
    }

    /// <summary>Prepares the walk along the line in steps of a given length, from t = 0.</summary>
    public void Begin(double step)
    {
        for (int i = 0; i < _count; i++)
        {
            (double sin, double cos) = Math.SinCos(step * _loss[i] / 2);
            _stepReal[i] = -2 * sin * sin; // e^{iφ} - 1, relatively accurate
            _stepImaginary[i] = 2 * sin * cos;
            _real[i] = 0;
            _imaginary[i] = 0;
        }
    }

    /// <summary>One step along the line: E[e^{it(L-m)} - 1] at the next t.</summary>
    public Complex Next()
    {
        Span<double> re = _real.AsSpan(0, _count);
        Span<double> im = _imaginary.AsSpan(0, _count);
        ReadOnlySpan<double> sr = _stepReal.AsSpan(0, _count);
        ReadOnlySpan<double> si = _stepImaginary.AsSpan(0, _count);
        ReadOnlySpan<double> weight = _weight.AsSpan(0, _count);
        int lanes = Vector<double>.Count;
        Vector<double> sumRe = Vector<double>.Zero;
        Vector<double> sumIm = Vector<double>.Zero;
        int i = 0;
        for (; i <= _count - lanes; i += lanes)
        {
            // u ← u + ρ(1 + u), u = e^{itℓ} - 1 and ρ = e^{iΔℓ} - 1: all lanes as in the scalar lines below.
            Vector<double> ur = new(re[i..]);
            Vector<double> ui = new(im[i..]);
            Vector<double> rr = new(sr[i..]);
            Vector<double> ri = new(si[i..]);
            Vector<double> one = ur + Vector<double>.One;
            Vector<double> nr = ur + ((rr * one) - (ri * ui));
            Vector<double> ni = ui + ((rr * ui) + (ri * one));
            nr.CopyTo(re[i..]);
            ni.CopyTo(im[i..]);
            Vector<double> w = new(weight[i..]);
            sumRe += w * nr;
            sumIm += w * ni;
        }

        double totalRe = Vector.Sum(sumRe);
        double totalIm = Vector.Sum(sumIm);
        for (; i < _count; i++)
        {
            double one = 1 + re[i];
            double nr = re[i] + ((sr[i] * one) - (si[i] * im[i]));
            im[i] += (sr[i] * im[i]) + (si[i] * one);
            re[i] = nr;
            totalRe += weight[i] * re[i];
            totalIm += weight[i] * im[i];
        }

        return new Complex(totalRe, totalIm);
    }

    /// <summary>K, m and the rest from log masses (in _x) and losses.</summary>
    private void Moments(double c, double largest, double high)
    {
        double total = 0;
        double excess = 0;
        double absolute = 0;
        double mean = 0;
        for (int i = 0; i < _count; i++)
        {
            double tilted = Math.Exp(_x[i] + (c * _loss[i]) - largest);
            _weight[i] = tilted;
            total += tilted;
            mean += tilted * _loss[i];
            if (largest < 300)
            {
                double term = Math.Exp(_x[i]) * PreciseMath.Expm1(c * _loss[i]);
                excess += term;
                absolute += Math.Abs(term);
            }
        }

        // M - 1 = E_P[e^{cL} - 1] keeps what M, near 1, would lose.
        bool near = largest < 300 && excess is > -0.5 and < 1e100;
        LogMoment = near ? PreciseMath.Log1p(excess) : largest + Math.Log(total);
        double size = near ? Math.Min(1, absolute / (1 + excess)) : 1;
        LogMomentError = 2.3e-16 * (16 + (high * high)) * size;
        Mean = mean / total;
        double variance = 0;
        double deviation = 0;
        for (int i = 0; i < _count; i++)
        {
            _weight[i] /= total;
            double difference = _loss[i] - Mean;
            _loss[i] = difference;
            variance += _weight[i] * difference * difference;
            deviation += _weight[i] * Math.Abs(difference);
        }

        (Variance, Deviation) = (variance, deviation);
    }

    /// <summary>E[dL/dx] under the tilted law, over nodes as last prepared.</summary>
    private double MeanSlope()
    {
        // dL/dx from neighbouring nodes; only a start for a search.
        double sum = 0;
        double total = 0;
        MixtureSegment segment = (MixtureSegment)Pair.Segments[0].Segment;
        for (int i = 1; i < _count; i++)
        {
            double rise = _loss[i] - _loss[i - 1];
            if (rise > 0)
            {
                sum += _weight[i] * rise;
                total += _weight[i];
            }
        }

        return total > 0 ? Math.Min(segment.Slope, sum / total / LastStep) : segment.Slope;
    }

    private double LastStep { get; set; } = 1;

    private double ShiftedLogMoment(double c, double t, double y)
    {
        double largest = double.NegativeInfinity;
        int count = 0;
        foreach ((LossSegment part, double weight) in Pair.Segments)
        {
            MixtureSegment segment = (MixtureSegment)part;
            double step = Step(segment, c, 0);
            double high = ((c + 1) * segment.P.Highest) - (c * segment.Q.Lowest) + Reach;
            double low = ((c + 1) * segment.P.Lowest) - (c * segment.Q.Highest) - Reach;
            int nodes = (int)Math.Ceiling((high - low) / step) + 1;
            Grow(count + nodes);
            double logWeight = Math.Log(weight * step * 0.39894228040143267794);
            for (int i = 0; i < nodes; i++)
            {
                double x = low + (i * step);
                segment.P.LogRatio(x, y, out double p, out double pArgument);
                segment.Q.LogRatio(x, y, out double q, out double qArgument);
                double value = logWeight - (((x * x) - (y * y)) / 2) + p + (c * (p - q)) - (t * (pArgument - qArgument));
                _x[count++] = value;
                largest = Math.Max(largest, value);
            }
        }

        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += Math.Exp(_x[i] - largest);
        }

        return largest + Math.Log(sum);
    }

    /// <summary>Half the width of the strip in which neither P's nor Q's sum vanishes.</summary>
    private static double Strip(MixtureSegment segment)
    {
        double byP = segment.P.Count == 1 ? double.PositiveInfinity : Math.PI / segment.P.Highest;
        double byQ = segment.Q.Count == 1 ? double.PositiveInfinity : Math.PI / (2 * -segment.Q.Lowest);
        return 0.98 * Math.Min(byP, byQ);
    }

    /// <summary>The largest step over a few heights d of the strip; see the remarks of the type.</summary>
    private double Step(MixtureSegment segment, double c, double t)
    {
        double limit = Math.Min(Strip(segment), Math.Sqrt(2 * Exponent));
        double best = 0;
        double b = segment.Q.Count == 1 ? 0 : -segment.Q.Lowest;
        for (double d = limit; d > limit / 200; d *= 0.75)
        {
            double growth = (d * d / 2) + (t * segment.Slope * d) - (b > 0 ? c * Math.Log(Math.Cos(b * d)) : 0);
            best = Math.Max(best, 2 * Math.PI * d / (Exponent + growth));
        }

        LastStep = best;
        return best;
    }

    private void Grow(int count)
    {
        if (_x.Length < count)
        {
            int length = (int)BitOperations.RoundUpToPowerOf2((uint)count);
            Array.Resize(ref _x, length);
            Array.Resize(ref _loss, length);
            Array.Resize(ref _weight, length);
            Array.Resize(ref _real, length);
            Array.Resize(ref _imaginary, length);
            Array.Resize(ref _stepReal, length);
            Array.Resize(ref _stepImaginary, length);
        }
    }
}
