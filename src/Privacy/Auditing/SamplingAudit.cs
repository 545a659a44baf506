namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// Whether lots are those of Poisson sampling, by four counts whose distribution is exactly binomial: units drawn; units drawn in both rounds of a pair (a shuffler
/// never draws one twice in an epoch); pairs of units drawn together; lots of middling size (a shuffler's have one size).
/// </summary>
/// <param name="Rounds">Lots looked at.</param>
/// <param name="Units">Units that lots are drawn from.</param>
/// <param name="Findings">The four counts.</param>
public sealed record SamplingAudit(int Rounds, int Units, IReadOnlyList<SamplingFinding> Findings)
{
    /// <summary>The chance that a correct sampler is called wrong, all four counts together.</summary>
    public const double FalseAlarmRate = 1e-6;

    /// <summary>Whether the lots may be those of Poisson sampling.</summary>
    public bool Passed => Findings.All(finding => finding.PValue * Findings.Count >= FalseAlarmRate);

    /// <summary>Looks at lots.</summary>
    /// <param name="lots">The units of each round, in the order of rounds; each unit at most once a round.</param>
    /// <param name="units">How many units there are.</param>
    /// <param name="rate">The rate that is accounted for, in (0, 1).</param>
    /// <exception cref="ArgumentException">There are no lots or units, rounds times units exceed 2³¹, or the rate is out of range.</exception>
    public static SamplingAudit Of(IReadOnlyList<IReadOnlyList<int>> lots, int units, double rate)
    {
        ArgumentNullException.ThrowIfNull(lots);
        if (lots.Count == 0 || units < 1 || (long)lots.Count * units > int.MaxValue || !(rate > 0 && rate < 1))
        {
            throw new ArgumentException($"SamplingAudit: needs lots, units (at most 2³¹ together) and a rate in (0, 1); got {lots.Count} lots, {units} units, rate {rate}.", nameof(lots));
        }

        bool[][] drawn = [.. lots.Select(lot => Row(lot, units))];
        int total = lots.Sum(lot => lot.Count);
        int repeated = Enumerable.Range(0, lots.Count / 2).Sum(pair => Both(drawn[2 * pair], drawn[(2 * pair) + 1]));
        int together = drawn.Sum(row => Enumerable.Range(0, units / 2).Count(pair => row[2 * pair] && row[(2 * pair) + 1]));
        (int least, int most, double middling) = MiddlingSizes(units, rate);
        int middlingLots = lots.Count(lot => lot.Count >= least && lot.Count <= most);
        return new SamplingAudit(
            lots.Count,
            units,
            [
                Finding("units drawn", lots.Count * units, rate, total),
                Finding("units drawn in both rounds of a pair", lots.Count / 2 * units, rate * rate, repeated),
                Finding("pairs of units drawn together", units / 2 * lots.Count, rate * rate, together),
                Finding($"lots of {least} to {most} units", lots.Count, middling, middlingLots),
            ]);
    }

    private static SamplingFinding Finding(string what, int trials, double probability, int observed) =>
        new(what, observed, trials * probability, trials == 0 ? 1 : BinomialBounds.TwoSided(trials, probability, observed));

    private static bool[] Row(IReadOnlyList<int> lot, int units)
    {
        bool[] row = new bool[units];
        foreach (int unit in lot)
        {
            row[unit] = true;
        }

        return row;
    }

    private static int Both(bool[] first, bool[] second) => Enumerable.Range(0, first.Length).Count(unit => first[unit] && second[unit]);

    /// <summary>The sizes around the mean that make up about half of all lots, and how probable they are together.</summary>
    private static (int Least, int Most, double Probability) MiddlingSizes(int units, double rate)
    {
        double spread = 0.6745 * Math.Sqrt(units * rate * (1 - rate));
        int least = Math.Max(0, (int)Math.Ceiling((units * rate) - spread));
        int most = Math.Max(least, (int)Math.Floor((units * rate) + spread));
        double probability = Enumerable.Range(least, most - least + 1).Sum(size => Math.Exp(BinomialBounds.LogMass(units, rate, size)));
        return (least, most, Math.Min(1, probability));
    }
}
