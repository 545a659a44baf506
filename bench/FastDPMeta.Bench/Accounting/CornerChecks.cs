using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Bench.Accounting;

/// <summary>What is known of the cases of <see cref="CornerGrid"/> without the engines: closed forms, bounds that need no integral, and that ε rises with T and q and falls with σ and δ.</summary>
internal sealed class CornerChecks(CornerCase[] cases)
{
    /// <summary>Rounding of the closed forms, which are differences, relative to δ.</summary>
    private const double Rounding = 1e-8;

    private readonly List<(CornerCase Case, string What)> _wrong = [];
    private int _closed;
    private int _zero;
    private int _bounded;
    private int _ordered;

    /// <summary>Checks made.</summary>
    public int Count => _closed + _zero + _bounded + _ordered;

    /// <summary>Of which kinds.</summary>
    public string Describe() =>
        $"{_closed} answers against closed forms of one release or of Gaussian ones, {_zero} that are 0 as nothing but δ is released, {_bounded} against Rényi moments, {_ordered} pairs against each other";

    /// <summary>Makes them.</summary>
    /// <returns>What failed.</returns>
    public IReadOnlyList<(CornerCase Case, string What)> Find()
    {
        foreach (CornerCase corner in cases.Where(corner => corner.IsSane))
        {
            Closed(corner);
            Bounds(corner);
        }

        foreach (CornerCase corner in cases.Where(corner => corner.IsSane))
        {
            foreach (CornerCase other in cases.Where(other => other.IsSane && Costs(other, corner)))
            {
                _ordered++;
                if (corner.Answer!.Value.Lower > other.Answer!.Value.Upper)
                {
                    _wrong.Add((corner, $"more than {other}, which reveals more"));
                }
            }
        }

        return _wrong;
    }

    /// <summary>Whether one differs from the other in one number, by which it reveals at least as much.</summary>
    private static bool Costs(CornerCase more, CornerCase less)
    {
        int differences = (more.Delta == less.Delta ? 0 : 1) + (more.Noise == less.Noise ? 0 : 1) + (more.Rate == less.Rate ? 0 : 1) + (more.Steps == less.Steps ? 0 : 1);
        return differences == 1 && more.Delta <= less.Delta && more.Noise <= less.Noise && more.Rate >= less.Rate && more.Steps >= less.Steps;
    }

    private void Closed(CornerCase corner)
    {
        (double lower, double upper) = (corner.Answer!.Value.Lower, corner.Answer!.Value.Upper);
        double seen = -Expm1(corner.Steps * PreciseLog(corner.Rate)); // some lot holds the unit
        if (corner.Steps == 0 || seen <= corner.Delta * (1 - Rounding))
        {
            _zero++;
            Require(corner, upper == 0, "ε is 0");
            return;
        }

        if (corner.Rate < 1 && corner.Steps > 1)
        {
            return;
        }

        _closed++;
        double shift = Math.Sqrt(corner.Rate < 1 ? 1 : corner.Steps) / corner.Noise;
        double tolerance = Rounding + (1e-14 * upper); // ε itself is rounded
        Require(corner, At(upper) <= corner.Delta * (1 + tolerance), "the closed form at the upper end is above δ");
        Require(corner, lower == 0 || At(lower) >= corner.Delta * (1 - tolerance), "the closed form at the lower end is below δ");

        double At(double epsilon) => Math.Max(Removed(epsilon, corner.Rate, shift), Added(epsilon, corner.Rate, shift));
    }

    private void Bounds(CornerCase corner)
    {
        if (corner.Steps > 0)
        {
            _bounded++;
            double byMoments = Accountant.Epsilon(corner.Rate, corner.Noise, corner.Steps, corner.Delta);
            Require(corner, corner.Answer!.Value.Lower <= byMoments && corner.Answer.Value.Upper <= byMoments, "above what moments prove");
        }
    }

    /// <summary>H of (1-q)N(0) + qN(μ) against N(0): the analytic Gaussian mechanism at log(1 + (e^ε - 1)/q), times q (Balle, Barthe, Gaboardi 2018).</summary>
    private static double Removed(double epsilon, double rate, double shift)
    {
        double inner = epsilon > 40 ? epsilon - Math.Log(rate) : Math.Log(1 + (Expm1(epsilon) / rate));
        return rate * Gaussian(inner, shift);
    }

    /// <summary>H of N(0) against (1-q)N(0) + qN(μ) by tails of normals; 0 from ε = -log(1-q) on.</summary>
    private static double Added(double epsilon, double rate, double shift)
    {
        double weight = 1 - (Math.Exp(epsilon) * (1 - rate));
        if (!(weight > 0) || rate == 1)
        {
            return rate == 1 ? Gaussian(epsilon, shift) : 0;
        }

        // weight·H of N(0) against N(μ) at log(q·e^ε/weight), an order that may be below 1: H(s) = 1 - s + s·H(1/s), as the two are mirror images.
        double order = epsilon + Math.Log(rate / weight);
        return weight * (order >= 0 ? Gaussian(order, shift) : -Expm1(order) + (Math.Exp(order) * Gaussian(-order, shift)));
    }

    /// <summary>Φ(μ/2 - ε/μ) - e^ε·Φ(-μ/2 - ε/μ) (Balle and Wang 2018), as φ(a)(m(-a) - m(b)) with Mills' ratio m.</summary>
    private static double Gaussian(double epsilon, double shift)
    {
        double a = (shift / 2) - (epsilon / shift);
        double b = (shift / 2) + (epsilon / shift);
        return a <= 0
            ? NormalDistribution.Density(a) * (NormalDistribution.Mills(-a) - NormalDistribution.Mills(b))
            : NormalDistribution.Cumulative(a) - (NormalDistribution.Density(a) * NormalDistribution.Mills(b));
    }

    private void Require(CornerCase corner, bool holds, string what)
    {
        if (!holds)
        {
            _wrong.Add((corner, what));
        }
    }

    private static double Expm1(double x) => PreciseMath.Expm1(x);

    private static double PreciseLog(double rate) => rate == 1 ? double.NegativeInfinity : PreciseMath.Log1p(-rate);
}
