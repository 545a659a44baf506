namespace FastDPMeta.Privacy.Accounting;

/// <summary>P(Bin(n, p) ≥ k), rounded up.</summary>
internal static class BinomialTail
{
    /// <summary>
    /// Relative allowance for rounding: the exponent of the first term is a sum of numbers below 4n, each right to 2⁻⁵² of itself, so that
    /// 4n·2⁻⁵¹ + 1e-12 covers it and the sum of the terms after it.
    /// </summary>
    private const double Slack = 1e-12;

    private const double SlackPerTrial = 4 * 4.440892098500626e-16;

    /// <summary>Below this, factorials are exact numbers of double precision.</summary>
    private const int SmallFactorials = 19;

    /// <summary>Terms are added until the bound of the rest is this fraction of the sum; the bound is added too.</summary>
    private const double RestTolerance = 1e-17;

    /// <summary>An upper bound, within a relative 1e-11 for n ≤ 10⁴ and 1e-5 for n ≤ 2³¹.</summary>
    /// <param name="trials">n ≥ 0.</param>
    /// <param name="probability">p in [0, 1].</param>
    /// <param name="least">k.</param>
    /// <returns>In [0, 1]; exactly 0 where k > n, 1 where k ≤ 0.</returns>
    public static double UpperBound(int trials, double probability, int least)
    {
        if (least <= 0)
        {
            return 1;
        }

        if (least > trials || probability == 0)
        {
            return 0;
        }

        if (probability == 1)
        {
            return 1;
        }

        double sum = RelativeSum(trials, probability, least);
        double logTail = LogMass(trials, probability, least) + Math.Log(sum);
        double tail = Math.Exp(logTail) * (1 + Slack + (SlackPerTrial * trials));
        return Math.Min(1, Math.BitIncrement(tail));
    }

    /// <summary>Σ_{j≥k} P(j)/P(k). Ratios of successive terms fall, so what follows a ratio r below 1 is at most term·r/(1-r).</summary>
    private static double RelativeSum(int trials, double probability, int least)
    {
        double odds = probability / (1 - probability);
        double sum = 1;
        double term = 1;
        for (int j = least; j < trials; j++)
        {
            double ratio = (double)(trials - j) / (j + 1.0) * odds;
            double rest = ratio < 1 ? term * ratio / (1 - ratio) : double.PositiveInfinity;
            if (rest <= RestTolerance * sum)
            {
                return sum + rest;
            }

            term *= ratio;
            sum += term;
        }

        return sum;
    }

    /// <summary>
    /// log P(Bin(n, p) = k) by Stirling's formula with its error terms and the divergence of k/n from p, so that nothing large cancels (Loader 2000,
    /// "Fast and accurate computation of binomial probabilities"); the error terms are taken at the end that makes the result larger.
    /// </summary>
    internal static double LogMass(int trials, double probability, int successes)
    {
        int failures = trials - successes;
        if (successes == 0)
        {
            return trials * PreciseMath.Log1p(-probability);
        }

        if (failures == 0)
        {
            return trials * Math.Log(probability);
        }

        double n = trials, k = successes, m = failures;
        double stirling = ErrorAbove(n) - ErrorBelow(k) - ErrorBelow(m);
        double divergence = Deviance(k, n * probability) + Deviance(m, n * (1 - probability));
        return stirling - divergence + (0.5 * Math.Log(n / (2 * Math.PI * k * m)));
    }

    /// <summary>
    /// log n! - (n + ½)log n + n - ½log 2π: for small n from the factorial itself, then a lower bound by four terms of Stirling's series, whose errors alternate.
    /// </summary>
    private static double ErrorBelow(double n) => n < SmallFactorials
        ? ErrorOfSmall(n)
        : ErrorAbove(n) - (1 / (1680 * n * n * n * n * n * n * n));

    private static double ErrorAbove(double n) => n < SmallFactorials
        ? ErrorOfSmall(n)
        : (1 / (12 * n)) - (1 / (360 * n * n * n)) + (1 / (1260 * n * n * n * n * n));

    private static double ErrorOfSmall(double n)
    {
        double factorial = 1;
        for (int k = 2; k <= n; k++)
        {
            factorial *= k;
        }

        return Math.Log(factorial) - ((n + 0.5) * Math.Log(n)) + n - (0.5 * Math.Log(2 * Math.PI));
    }

    /// <summary>x·log(x/m) + m - x without cancellation near x = m: m·((1+d)log(1+d) - d) with d = (x-m)/m.</summary>
    private static double Deviance(double x, double mean)
    {
        double d = (x - mean) / mean;
        if (Math.Abs(d) > 0.1)
        {
            return (x * Math.Log(x / mean)) + mean - x;
        }

        // (1+d)log(1+d) - d = Σ_{k≥2} (-1)^k·d^k/(k(k-1))
        double power = d;
        double sum = 0;
        for (int k = 2; k < 40; k++)
        {
            power *= -d;
            sum -= power / (k * (k - 1.0));
        }

        return mean * sum;
    }
}
