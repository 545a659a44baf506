namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// What an attacker can achieve who knows everything but whether one unit took part: the best true positive rate at every false positive rate (the f-DP curve: Dong, Roth, Su 2022, "Gaussian differential privacy"; from δ(ε): their proposition 2.12).
/// </summary>
/// <remarks>
/// At a false positive rate α, TPR = min over ε ≥ 0 of <c>min(δ(ε) + e^ε·α, 1 - e^{-ε}(1 - δ(ε) - α))</c>. Every ε gives a valid upper bound; the least is searched. The lower ends hold to the search's relative 1e-6.
/// </remarks>
public sealed class TradeOffCurve
{
    private const double Tolerance = 1e-6;
    private const double LargestEpsilon = 700;

    private readonly CertifiedComposition _composition;

    /// <summary>The curve of an event.</summary>
    /// <param name="privacyEvent">Everything released.</param>
    /// <exception cref="ArgumentException">A part is not accounted for under its relation.</exception>
    public TradeOffCurve(PrivacyEvent privacyEvent)
    {
        _composition = new CertifiedComposition(privacyEvent);
        Neighbours = privacyEvent.Neighbours;
        (double lower, double upper, _, _) = _composition.Delta(0);
        Advantage = new RateInterval(lower, upper);
    }

    /// <summary>The relation of the curve.</summary>
    public NeighbouringRelation Neighbours { get; }

    /// <summary>The attack advantage max(TPR - FPR) = δ(0): how much better than guessing any attack can be, in [0, 1].</summary>
    public RateInterval Advantage { get; }

    /// <summary>The least average of both errors that any attack has when both cases are equally likely: (1 - advantage)/2.</summary>
    public RateInterval BayesError => new((1 - Advantage.Upper) / 2, (1 - Advantage.Lower) / 2);

    /// <summary>The best true positive rate.</summary>
    /// <param name="falsePositiveRate">α in [0, 1].</param>
    /// <returns>Both ends in [α, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">α is outside [0, 1] or NaN.</exception>
    public RateInterval TruePositiveRate(double falsePositiveRate)
    {
        if (falsePositiveRate is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(falsePositiveRate), falsePositiveRate, "A false positive rate must lie in [0, 1].");
        }

        double upper = Least(epsilon => Rate(epsilon, falsePositiveRate, _composition.Delta(epsilon).Upper));
        double lower = Least(epsilon => Rate(epsilon, falsePositiveRate, _composition.Delta(epsilon).Lower));
        return new RateInterval(Math.Clamp(lower * (1 - Tolerance), falsePositiveRate, 1), Math.Clamp(upper, falsePositiveRate, 1));
    }

    private static double Rate(double epsilon, double alpha, double delta) =>
        Math.Min(delta + (Math.Exp(epsilon) * alpha), 1 - (Math.Exp(-epsilon) * Math.Max(0, 1 - delta - alpha)));

    /// <summary>Each branch has one valley in ε (δ is convex in e^ε): a scan finds it, golden sections narrow it.</summary>
    private static double Least(Func<double, double> rate)
    {
        const double GoldenSection = 0.3819660112501051;
        double best = rate(0), at = 0;
        double before = 0, left = 0, right = LargestEpsilon;
        int rises = 0;
        for (double epsilon = 0.02; epsilon < LargestEpsilon && rises < 6; epsilon *= 1.3)
        {
            double value = rate(epsilon);
            if (value < best)
            {
                (best, at, left, right, rises) = (value, epsilon, before, epsilon * 1.3, 0);
            }
            else if (++rises == 1 && at == 0)
            {
                right = epsilon;
            }

            before = epsilon;
        }

        (double x, double value2) = (left + (GoldenSection * (right - left)), 0);
        value2 = rate(x);
        for (int i = 0; i < 60 && right - left > 1e-9 * (1 + right); i++)
        {
            double y = x - left > right - x ? x - (GoldenSection * (x - left)) : x + (GoldenSection * (right - x));
            double other = rate(y);
            if (other < value2)
            {
                (left, right) = y < x ? (left, x) : (x, right);
                (x, value2) = (y, other);
            }
            else
            {
                (left, right) = y < x ? (y, right) : (left, y);
            }
        }

        return Math.Min(best, value2);
    }
}
