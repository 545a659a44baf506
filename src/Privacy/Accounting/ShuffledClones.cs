namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// What shuffling hides, exactly: with C ~ Bin(n-1, e^{-ε₀}) clones, A ~ Bin(C, ½) and p = e^{ε₀}/(1+e^{ε₀}), the shuffled reports of neighbours are no easier to tell apart than (A+1, C-A) with probability p, else (A, C-A+1), from the same with
/// 1-p (Feldman, McMillan, Talwar 2021, theorem 3.1). Given C = c, the ratio at a of c+1 is (pa + (1-p)(c+1-a)) / (p(c+1-a) + (1-p)a).
/// </summary>
/// <remarks>More clones hide better (a further one can be simulated), so a stretch of C is bounded by its ends: above by the fewest, below by the most.</remarks>
internal sealed class ShuffledClones
{
    private const int Stretches = 1024;

    /// <summary>Of ε₀: how near the ends of an answer come.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>C further from its mean than this probability's exponent is taken as 0, where the report stands alone.</summary>
    private const double TailExponent = 80;

    private const double Rounding = 1e-10;

    private readonly double _truth;
    private readonly double _lie;
    private readonly double _epsilon;
    private readonly (int Fewest, int Most, double Mass)[] _stretches;

    /// <summary>Reports and their ε₀ > 0, checked by the event they come from.</summary>
    public ShuffledClones(int reports, double localEpsilon)
    {
        _epsilon = localEpsilon;
        _truth = 1 / (1 + Math.Exp(-localEpsilon));
        _lie = Math.Exp(-localEpsilon) / (1 + Math.Exp(-localEpsilon));
        _stretches = MakeStretches(reports - 1, Math.Exp(-localEpsilon));
    }

    /// <summary>Bounds of δ at an ε ≥ 0.</summary>
    public (double Lower, double Upper) Delta(double epsilon)
    {
        if (epsilon >= _epsilon)
        {
            return (0, 0);
        }

        double lower = 0, upper = 0;
        foreach ((int fewest, int most, double weight) in _stretches)
        {
            upper += weight * Given(fewest, epsilon);
            lower += weight * Given(most, epsilon);
        }

        upper += 2 * Math.Exp(-TailExponent);
        return (Math.Max(0, lower * (1 - Rounding)), Math.Min(1, upper * (1 + Rounding)));
    }

    /// <summary>Bounds of ε at a δ in (0, 1), by narrowing; both ends are proved.</summary>
    public (double Lower, double Upper) Epsilon(double delta)
    {
        double logDelta = Math.Log(delta);
        if (Delta(0).Upper <= delta)
        {
            return (0, 0);
        }

        RootBracket bracket = new(0, _epsilon, Tolerance * _epsilon);
        bracket.SetValues(Math.Log(Delta(0).Upper) - logDelta, double.NegativeInfinity);
        while (bracket.TryPropose(out double epsilon))
        {
            bracket.Narrow(epsilon, Math.Log(Delta(epsilon).Upper) - logDelta);
        }

        double upper = bracket.SafeEnd();
        double lower = upper;
        for (double step = Tolerance; lower > 0 && Delta(lower).Lower <= delta; step *= 4)
        {
            lower = Math.Max(0, upper - (step * _epsilon));
        }

        return (lower, upper);
    }

    /// <summary>δ(ε) given c clones: a runs over the values whose ratio exceeds e^ε.</summary>
    private double Given(int clones, double epsilon)
    {
        double factor = Math.Exp(epsilon);
        double threshold = ((factor * _truth) - _lie) / ((_truth - _lie) * (1 + factor)) * (clones + 1.0);
        if (threshold >= clones + 1)
        {
            return 0;
        }

        // p·T(a-1) + (1-p)·T(a) - e^ε((1-p)·T(a-1) + p·T(a)) with T(a-1) = T(a) + P(a-1), T the tail of A.
        int least = (int)Math.Floor(threshold) + 1;
        double value = ((_truth - (factor * _lie)) * HalfBinomial.At(clones, least - 1)) - (PreciseMath.Expm1(epsilon) * HalfBinomial.AtLeast(clones, least));
        return Math.Max(0, value);
    }

    /// <summary>A pair on finitely many points that dominates: losses put into cells, fewest clones of every stretch.</summary>
    public FinitePair Pair()
    {
        const int Cells = 4096;
        double fewest = Math.Max(1, _stretches[0].Fewest);
        double reach = Math.Min(_epsilon * (1 - 1e-12), 30 * (_truth - _lie) / Math.Sqrt(fewest));
        double[] logRatio = new double[(2 * Cells) + 3];
        for (int i = -Cells; i <= Cells; i++)
        {
            logRatio[i + Cells + 1] = reach * i / Cells;
        }

        (logRatio[0], logRatio[^1]) = (-_epsilon * (1 + 1e-15), _epsilon * (1 + 1e-15));
        double[] excess = Array.ConvertAll(logRatio, PreciseMath.Expm1);
        double[] mass = new double[logRatio.Length - 1], difference = new double[logRatio.Length - 1];
        foreach ((int clones, _, double weight) in _stretches)
        {
            AddGiven(clones, weight, logRatio, mass, difference);
        }

        // What is left out, by Bernstein's and Hoeffding's bounds, stands alone: the two answers of one report.
        double left = 8 * Math.Exp(-TailExponent);
        (mass[0], difference[0]) = (mass[0] + (left * _truth), difference[0] + (left * _truth * excess[0]));
        (mass[^1], difference[^1]) = (mass[^1] + (left * _lie), difference[^1] + (left * _lie * excess[^1]));
        return FinitePair.FromCells(logRatio, excess, mass, difference);
    }

    private void AddGiven(int clones, double weight, double[] logRatio, double[] mass, double[] difference)
    {
        int reach = (int)Math.Ceiling(Math.Sqrt((clones + 1) * TailExponent / 2)) + 1; // Hoeffding: e^{-2r²/c}
        int from = Math.Max(0, (clones / 2) - reach), to = Math.Min(clones + 1, (clones / 2) + reach);
        double point = HalfBinomial.At(clones + 1, from) * weight * 2;
        for (int a = from; a <= to; a++)
        {
            double b = clones + 1.0 - a;
            double share = 1 / (clones + 1.0);
            double q = point * ((_truth * b) + (_lie * a)) * share;
            double d = point * (_truth - _lie) * (a - b) * share;
            int cell = Array.BinarySearch(logRatio, PreciseMath.Log1p(Math.Max(d / q, -1 + 1e-16)));
            cell = Math.Clamp(cell >= 0 ? cell : ~cell - 1, 0, mass.Length - 1);
            mass[cell] += q;
            difference[cell] += d;
            point *= b / (a + 1);
        }
    }

    private static (int Fewest, int Most, double Mass)[] MakeStretches(int others, double probability)
    {
        double mean = others * probability;
        double deviation = Math.Sqrt(mean * (1 - probability));
        double reach = (deviation * Math.Sqrt(2 * TailExponent)) + TailExponent; // Bernstein
        int from = (int)Math.Max(0, Math.Floor(mean - reach)), to = (int)Math.Min(others, Math.Ceiling(mean + reach));
        int width = ((to - from) / Stretches) + 1;
        List<(int Fewest, int Most, double Mass)> stretches = [];
        double total = 0;
        for (int first = from; first <= to; first += width)
        {
            int last = Math.Min(to, first + width - 1);
            double sum = 0;
            for (int k = first; k <= last; k++)
            {
                sum += Math.Exp(BinomialTail.LogMass(others, probability, k));
            }

            stretches.Add((first, last, sum));
            total += sum;
        }

        return [.. stretches.Select(stretch => stretch with { Mass = stretch.Mass / total })];
    }
}
