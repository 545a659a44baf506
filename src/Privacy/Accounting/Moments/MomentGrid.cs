namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// The trapezoidal sum for moments of the sampled Gaussian: with x = σu, s = u/σ - 1/2σ², y = q(e^s - 1) and f = 1 + y,
/// <c>A - 1 = ∫ φ(u)·h(y) du</c> where <c>h(y) = f^α - 1 - αy ≥ 0</c>, because E[y] = 0. So nothing cancels, and every term is positive.
/// </summary>
/// <remarks>
/// Three errors, all bounded and added:
/// <list type="bullet">
/// <item>Step. The integrand is analytic for |Im u| &lt; πσ, where |f(u+iτ)| ≤ f(u) and |φ(u+iτ)| = φ(u)e^{τ²/2}; the trapezoidal rule
/// then errs by at most 2M/(e^{2πd/h} - 1) with M ≤ e^{d²/2}(A + 1 + 2α) (Trefethen and Weideman 2014, "The exponentially convergent
/// trapezoidal rule", theorem 5.1). The step is chosen such that 2πd/h - d²/2 = E, the exponent wanted.</item>
/// <item>Upper end U. For y > 0 the elasticity yh'/h lies between 2 and max(2, α), hence log h grows at most at rate
/// κ = max(2, α)/(σ(1 - e^{-s})), and f^α at rate α/σ: the rest is at most φ(U)h(U)/(U - κ) and at most φ(U)f(U)^α/(U - α/σ).</item>
/// <item>Lower end. For y &lt; 0, h is at most h(-q), and the normal tail beyond U is at most φ(U)/U.</item>
/// </list>
/// </remarks>
internal sealed class MomentGrid
{
    private const int LargestNodeCount = 1 << 17;
    private const double InverseRootTwoPi = 0.39894228040143267794;

    /// <summary>Relative size of the tail at which the sum ends; the bound of what follows is still added.</summary>
    private const double TailTolerance = 1e-16;

    /// <summary>Beyond this α/σ, f^α may overflow: logarithms are summed instead (at the last node, 20·(20 + 14) is still below the logarithm of the largest double, 709).</summary>
    private const double LargestLinearShift = 20;

    /// <summary>The sum ends at this distance above α/σ at the latest: there φ·f^α is below e^{-98} of its value at α/σ.</summary>
    private const double LargestExtension = 14;

    private readonly double _rate;
    private readonly double _sigma;
    private readonly double _step;
    private readonly double _aliasFactor;
    private readonly double _logAtFloor;
    private Side _upper;
    private Side _lower;

    /// <summary>An empty grid; nodes are made when an order asks for them.</summary>
    public MomentGrid(double rate, double sigma)
    {
        _rate = rate;
        _sigma = sigma;
        _logAtFloor = PreciseMath.Log1p(-rate);

        // A - 1 is of the size α(α-1)/2·q²(e^{1/σ²} - 1): the step error must be small beside it, down to α - 1 = 1e-6.
        double smallest = rate * rate * Math.Min(1.0, PreciseMath.Expm1(1.0 / (sigma * sigma)));
        double exponent = 56.0 - Math.Log(smallest);
        double distance = Math.Min(Math.PI * sigma, Math.Sqrt(2 * exponent));
        _step = 2 * Math.PI * distance / (exponent + (distance * distance / 2));
        _aliasFactor = 2.0001 * Math.Exp(-exponent);
        _upper = new Side(16);
        _lower = new Side(16);
    }

    /// <summary>Whether the sum for this order needs an acceptable number of nodes.</summary>
    public bool Covers(double order) => ((order / _sigma) + 24) / _step < LargestNodeCount;

    /// <summary>log A(α), errors in the step and at both ends bounded and added.</summary>
    /// <param name="order">α > 1, covered.</param>
    public double LogMoment(double order) => order / _sigma <= LargestLinearShift ? LinearSum(order) : LogarithmicSum(order);

    private double LinearSum(double order)
    {
        double excess = order - 1;
        double shift = order / _sigma;
        double sum = 0;
        double tail = double.PositiveInfinity;
        for (int k = 0; !(tail <= TailTolerance * sum); k++)
        {
            EnsureUpper(k);
            double value = _upper.Weight[k] * MomentExcess.Of(_upper.Y[k], _upper.LogF[k], excess);
            sum += value;
            double u = k * _step;
            if (u > shift + 6)
            {
                tail = UpperTail(order, k, Math.Log(value));
                if (u > shift + LargestExtension)
                {
                    break;
                }
            }
        }

        sum = NotNaN(sum + NotNaN(tail));
        tail = double.PositiveInfinity;
        double floor = MomentExcess.Of(-_rate, _logAtFloor, excess);
        for (int k = 1; !(tail <= TailTolerance * sum); k++)
        {
            EnsureLower(k);
            sum += _lower.Weight[k] * MomentExcess.Of(_lower.Y[k], _lower.LogF[k], excess);
            double u = k * _step;
            tail = u > 6 ? floor * _lower.Weight[k] / (u * _step) : tail;
        }

        double moment = InverseRootTwoPi * _step * (sum + tail);
        return PreciseMath.Log1p(moment + (_aliasFactor * (moment + 2 + (2 * order))));
    }

    /// <summary>The same sum with every term as a logarithm, relative to the largest so far.</summary>
    private double LogarithmicSum(double order)
    {
        double shift = order / _sigma;
        double largest = double.NegativeInfinity;
        double sum = 0;
        double tail = double.PositiveInfinity;
        for (int k = 0; !(tail <= TailTolerance * sum); k++)
        {
            EnsureUpper(k);
            double logValue = LogWeight(k) + MomentExcess.LogOf(_upper.Y[k], _upper.LogF[k], order - 1);
            Add(logValue, ref largest, ref sum);
            double u = k * _step;
            if (u > shift + 6)
            {
                tail = UpperTail(order, k, logValue, largest);
                if (u > shift + LargestExtension)
                {
                    break;
                }
            }
        }

        sum = NotNaN(sum + NotNaN(tail));
        double logFloor = Math.Log(MomentExcess.Of(-_rate, _logAtFloor, order - 1));
        tail = double.PositiveInfinity;
        for (int k = 1; !(tail <= TailTolerance * sum); k++)
        {
            EnsureLower(k);
            Add(LogWeight(k) + MomentExcess.LogOf(_lower.Y[k], _lower.LogF[k], order - 1), ref largest, ref sum);
            double u = k * _step;
            tail = u > 6 ? Math.Exp(logFloor - (u * u / 2) - largest) / (u * _step) : tail;
        }

        double logMoment = largest + Math.Log((sum + tail) * InverseRootTwoPi * _step);
        double alias = Math.Log(_aliasFactor) + PreciseMath.Log1pExp(logMoment) + Math.Log(2 + (2 * order));
        return PreciseMath.Log1pExp(Math.Max(logMoment, alias) + PreciseMath.Log1p(Math.Exp(-Math.Abs(logMoment - alias))));
    }

    /// <summary>The smaller of the two bounds for the terms beyond node k, in units of the sum (divided by the step and by e^scale).</summary>
    private double UpperTail(double order, int k, double logValue, double scale = 0)
    {
        double u = k * _step;
        double s = Exponent(u);
        double growth = Math.Max(2, order) / (_sigma * -PreciseMath.Expm1(-s));
        double byExcess = s > 0 && u > growth ? Math.Exp(logValue - scale) / (u - growth) : double.PositiveInfinity;
        double byPower = Math.Exp(LogWeight(k) + (order * _upper.LogF[k]) - scale) / (u - (order / _sigma));
        return Math.Min(byExcess, byPower) / _step;
    }

    private static void Add(double logValue, ref double largest, ref double sum)
    {
        if (logValue > largest)
        {
            sum = (sum * Math.Exp(largest - logValue)) + 1;
            largest = logValue;
        }
        else
        {
            sum += Math.Exp(logValue - largest);
        }
    }

    /// <summary>A value that is not a number would end no loop and become no ε: it is a defect, and said so.</summary>
    private static double NotNaN(double value) => double.IsNaN(value)
        ? throw new InvalidOperationException("The Rényi accountant met a value that is not a number. Please report the sampling rate, noise multiplier and order.")
        : value;

    private double Exponent(double u) => (u / _sigma) - (1 / (2 * _sigma * _sigma));

    private double LogWeight(int k) => -(k * _step) * (k * _step) / 2;

    private void EnsureUpper(int k)
    {
        while (_upper.Count <= k)
        {
            AddNode(ref _upper, _upper.Count * _step);
        }
    }

    private void EnsureLower(int k)
    {
        while (_lower.Count <= k)
        {
            AddNode(ref _lower, -_lower.Count * _step);
        }
    }

    private void AddNode(ref Side side, double u)
    {
        double s = Exponent(u);
        double y = _rate * PreciseMath.Expm1(s);
        double logF = s > 30 ? s + Math.Log(_rate + ((1 - _rate) * Math.Exp(-s))) : PreciseMath.Log1p(y);
        side.Add(y, logF, Math.Exp(-u * u / 2));
    }

    /// <summary>Nodes on one side of zero, structure of arrays; node 0 is u = 0 on both sides.</summary>
    private struct Side
    {
        public double[] Y;
        public double[] LogF;
        public double[] Weight;
        public int Count;

        public Side(int capacity)
        {
            Y = new double[capacity];
            LogF = new double[capacity];
            Weight = new double[capacity];
            Count = 0;
        }

        public void Add(double y, double logF, double weight)
        {
            if (Count == Y.Length)
            {
                Array.Resize(ref Y, 2 * Count);
                Array.Resize(ref LogF, 2 * Count);
                Array.Resize(ref Weight, 2 * Count);
            }

            Y[Count] = y;
            LogF[Count] = logF;
            Weight[Count] = weight;
            Count++;
        }
    }
}
