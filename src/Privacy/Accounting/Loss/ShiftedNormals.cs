using System.Numerics;

namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>A mixture of unit normals, seen through its ratio to the standard normal: ℓ(x) = log Σ w_k·e^{μ_k(x - μ_k/2)}.</summary>
internal sealed class ShiftedNormals
{
    /// <summary>From this exponent on terms are summed relative to the largest.</summary>
    private const double LargestExponent = 30;

    private readonly double[] _weights;
    private readonly double[] _means;

    /// <summary>A mixture.</summary>
    /// <param name="weights">Positive, with sum 1.</param>
    /// <param name="means">All of one sign (or zero).</param>
    public ShiftedNormals(double[] weights, double[] means)
    {
        _weights = weights;
        _means = means;
        Lowest = means.Min();
        Highest = means.Max();
    }

    /// <summary>The standard normal.</summary>
    public static ShiftedNormals Standard { get; } = new([1], [0]);

    /// <summary>The smallest mean.</summary>
    public double Lowest { get; }

    /// <summary>The largest mean.</summary>
    public double Highest { get; }

    /// <summary>How many normals.</summary>
    public int Count => _means.Length;

    /// <summary>The first weight whose mean is not 0; 1 for a single normal.</summary>
    public double Weight(int index) => _weights[index];

    /// <summary>A mean.</summary>
    public double Mean(int index) => _means[index];

    /// <summary>
    /// ℓ(x). Near 0 as log1p(Σ w(e^s - 1)), which keeps its relative accuracy however small the weights; where that sum nears -1, or overflows, as a sum of exponentials.
    /// </summary>
    public double LogRatio(double x)
    {
        double[] means = _means;
        if (means.Length == 1)
        {
            return means[0] * (x - (means[0] / 2));
        }

        double largest = double.NegativeInfinity;
        double excess = 0;
        for (int k = 0; k < means.Length; k++)
        {
            double s = means[k] * (x - (means[k] / 2));
            largest = Math.Max(largest, s);
            excess += s == 0 ? 0 : _weights[k] * PreciseMath.Expm1(s);
        }

        return largest < LargestExponent && excess > -0.5 ? PreciseMath.Log1p(excess) : LogSum(x, largest);
    }

    /// <summary>
    /// ℓ(x) and e^{ℓ(x)} for a vector of x, to a few units in the last place of the largest term of the sum: log1p(Σ w(e^s - 1)). Of a single normal e^{ℓ} is left out.
    /// </summary>
    /// <returns>False where a lane needs the sum relative to its largest term, as <see cref="LogRatio(double)"/> takes it.</returns>
    public bool TryLogRatio(Vector<double> x, out Vector<double> logarithm, out Vector<double> ratio)
    {
        ratio = Vector<double>.One;
        if (_means.Length == 1)
        {
            logarithm = new Vector<double>(_means[0]) * (x - new Vector<double>(_means[0] / 2));
            return true;
        }

        Vector<double> excess = Vector<double>.Zero;
        Vector<double> largest = Vector<double>.Zero;
        for (int k = 0; k < _means.Length; k++)
        {
            if (_means[k] != 0)
            {
                Vector<double> s = new Vector<double>(_means[k]) * (x - new Vector<double>(_means[k] / 2));
                largest = Vector.Max(largest, s);
                excess += new Vector<double>(_weights[k]) * (Vector.Exp(s) - Vector<double>.One);
            }
        }

        // log(1 + e) with the rounding of 1 + e divided out (Goldberg 1991, theorem 4).
        ratio += excess;
        Vector<double> rounded = ratio - Vector<double>.One;
        logarithm = Vector.ConditionalSelect(Vector.Equals(rounded, Vector<double>.Zero), excess, Vector.Log(ratio) * (excess / rounded));
        return Vector.LessThanAll(largest, new Vector<double>(LargestExponent)) && Vector.GreaterThanAll(excess, new Vector<double>(-0.5));
    }

    /// <summary>The density: Σ w_k·φ(x - μ_k).</summary>
    public double Density(double x)
    {
        double sum = 0;
        for (int k = 0; k < _means.Length; k++)
        {
            sum += _weights[k] * NormalDistribution.Density(x - _means[k]);
        }

        return sum;
    }

    /// <summary>ℓ'(x), between <see cref="Lowest"/> and <see cref="Highest"/>.</summary>
    public double Slope(double x)
    {
        if (_means.Length == 1)
        {
            return _means[0];
        }

        double largest = double.NegativeInfinity;
        for (int k = 0; k < _means.Length; k++)
        {
            largest = Math.Max(largest, _means[k] * (x - (_means[k] / 2)));
        }

        double sum = 0;
        double weighted = 0;
        for (int k = 0; k < _means.Length; k++)
        {
            double term = _weights[k] * Math.Exp((_means[k] * (x - (_means[k] / 2))) - largest);
            sum += term;
            weighted += term * _means[k];
        }

        return weighted / sum;
    }

    /// <summary>ℓ(x + iy) for 0 ≤ y·(largest |μ|) &lt; π, where the sum has no zero: real part and argument.</summary>
    public void LogRatio(double x, double y, out double real, out double argument)
    {
        if (_means.Length == 1)
        {
            real = _means[0] * (x - (_means[0] / 2));
            argument = _means[0] * y;
            return;
        }

        double largest = double.NegativeInfinity;
        for (int k = 0; k < _means.Length; k++)
        {
            largest = Math.Max(largest, _means[k] * (x - (_means[k] / 2)));
        }

        double re = 0;
        double im = 0;
        for (int k = 0; k < _means.Length; k++)
        {
            double term = _weights[k] * Math.Exp((_means[k] * (x - (_means[k] / 2))) - largest);
            (double sin, double cos) = Math.SinCos(_means[k] * y);
            re += term * cos;
            im += term * sin;
        }

        real = largest + (Math.Log((re * re) + (im * im)) / 2);
        argument = Math.Atan2(im, re);
    }

    /// <summary>P(X > x), rounded up by a unit or two.</summary>
    public double Above(double x)
    {
        double sum = 0;
        for (int k = 0; k < _means.Length; k++)
        {
            sum += _weights[k] * NormalDistribution.Cumulative(_means[k] - x);
        }

        return sum * (1 + 1e-12);
    }

    private double LogSum(double x, double largest)
    {
        double sum = 0;
        for (int k = 0; k < _means.Length; k++)
        {
            sum += _weights[k] * Math.Exp((_means[k] * (x - (_means[k] / 2))) - largest);
        }

        return largest + Math.Log(sum);
    }
}
