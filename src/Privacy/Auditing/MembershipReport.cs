namespace FastDPMeta.Privacy.Auditing;

/// <summary>How well membership can be told from scores, and how well it could at most be under a promise of (ε, δ).</summary>
/// <param name="Members">Scores of units that took part.</param>
/// <param name="Others">Scores of units that did not.</param>
/// <param name="AreaUnderCurve">The chance that a member scores above another: ½ is guessing.</param>
/// <param name="Advantage">The largest difference of true and false positive rate over all thresholds.</param>
/// <param name="Rates">Some points of the curve.</param>
public sealed record MembershipReport(int Members, int Others, double AreaUnderCurve, double Advantage, IReadOnlyList<MembershipRate> Rates)
{
    private static readonly double[] FalsePositiveRates = [0.001, 0.01, 0.1];

    /// <summary>The attack's curve from scores, as those of <see cref="LikelihoodRatioAttack"/>. Estimates, without confidence: the bounds are in the other parts of an audit.</summary>
    /// <param name="scores">Higher means rather a member.</param>
    /// <param name="included">Whether it is one.</param>
    /// <param name="epsilon">The promise that is to hold; infinite for none.</param>
    /// <param name="delta">Its δ.</param>
    /// <exception cref="ArgumentException">There are no scores, one is NaN, or there are not as many coins.</exception>
    public static MembershipReport Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> included, double epsilon, double delta)
    {
        AuditChecks.Scores(scores, included);
        double[] keys = scores.ToArray();
        bool[] sorted = included.ToArray();
        Array.Sort(keys, sorted);
        int members = sorted.Count(present => present), others = sorted.Length - members;
        if (members == 0 || others == 0)
        {
            return new MembershipReport(members, others, 0.5, 0, []);
        }

        double[] best = new double[FalsePositiveRates.Length];
        double area = 0, advantage = 0, truePositives = 0, falsePositives = 0;
        for (int i = sorted.Length - 1; i >= 0;)
        {
            // Equal scores fall together, whatever order they were sorted in.
            (double hits, double misses) = (0, 0);
            double key = keys[i];
            for (; i >= 0 && keys[i] == key; i--)
            {
                (hits, misses) = sorted[i] ? (hits + 1, misses) : (hits, misses + 1);
            }

            area += misses * (truePositives + (hits / 2));
            (truePositives, falsePositives) = (truePositives + hits, falsePositives + misses);
            advantage = Math.Max(advantage, (truePositives / members) - (falsePositives / others));
            for (int r = 0; r < best.Length; r++)
            {
                best[r] = falsePositives / others <= FalsePositiveRates[r] ? truePositives / members : best[r];
            }
        }

        return new MembershipReport(
            members, others, area / members / others, advantage, [.. FalsePositiveRates.Select((rate, r) => new MembershipRate(rate, best[r], Ceiling(rate, epsilon, delta)))]);
    }

    /// <summary>
    /// The most that any attack's true positive rate can be at a false positive rate, under (ε, δ) (Kairouz, Oh and Viswanath 2015, theorem 2.1):
    /// min(1, e^ε·f + δ, 1 - e^{-ε}(1 - δ - f)).
    /// </summary>
    /// <param name="falsePositiveRate">f in [0, 1].</param>
    /// <param name="epsilon">ε ≥ 0, or infinite.</param>
    /// <param name="delta">δ in [0, 1].</param>
    public static double Ceiling(double falsePositiveRate, double epsilon, double delta) => double.IsPositiveInfinity(epsilon)
        ? 1
        : Math.Min(1, Math.Min((Math.Exp(epsilon) * falsePositiveRate) + delta, 1 - (Math.Exp(-epsilon) * Math.Max(0, 1 - delta - falsePositiveRate))));
}
