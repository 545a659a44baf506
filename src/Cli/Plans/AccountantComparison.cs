using System.Diagnostics;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Cli.Plans;

/// <summary>What every accountant says about one plan.</summary>
/// <param name="Rows">At the last round, in order of trust.</param>
/// <param name="Curve">Over rounds.</param>
internal sealed record AccountantComparison(IReadOnlyList<AccountantComparison.Row> Rows, IReadOnlyList<AccountantComparison.Point> Curve)
{
    private const int Points = 16;

    /// <summary>The orders that Opacus and others try, in place of a continuous choice.</summary>
    private static readonly double[] FixedOrders = [.. Enumerable.Range(1, 99).Select(i => 1 + (i / 10.0)), .. Enumerable.Range(12, 52).Select(i => (double)i)];

    /// <summary>One accountant's answer.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Epsilon">ε.</param>
    /// <param name="Kind">What the number is worth.</param>
    /// <param name="Milliseconds">How long it took, without anything kept from before.</param>
    internal sealed record Row(string Name, double Epsilon, string Kind, double Milliseconds);

    /// <summary>ε after some rounds.</summary>
    /// <param name="Steps">Rounds.</param>
    /// <param name="Lower">Certified from below.</param>
    /// <param name="Upper">Certified from above.</param>
    /// <param name="Moments">By Rényi moments.</param>
    /// <param name="Estimate">By the limit theorem; null where it says nothing.</param>
    internal sealed record Point(long Steps, double Lower, double Upper, double Moments, double? Estimate);

    /// <summary>Asks all of them.</summary>
    /// <param name="eventOf">What a number of rounds releases.</param>
    /// <param name="steps">Rounds, ≥ 1.</param>
    /// <param name="delta">δ.</param>
    /// <param name="estimate">The limit theorem's ε after a number of rounds, or null.</param>
    internal static AccountantComparison Of(Func<long, PrivacyEvent> eventOf, long steps, double delta, Func<long, double>? estimate)
    {
        PrivacyEvent all = eventOf(steps);
        (EpsilonInterval certified, double certifiedTime) = Timed(() => Accountant.Certify(all, delta));
        (double moments, double momentsTime) = Timed(() => Moments(new RdpAccountant(all.Neighbours), all, delta));
        List<Row> rows =
        [
            new("certified, from below", certified.Lower, $"lower bound ({certified.LowerEngine})", certifiedTime),
            new("certified, from above", certified.Upper, $"upper bound ({certified.UpperEngine})", certifiedTime),
            new("Rényi, any order (the ledger's)", moments, "upper bound", momentsTime),
        ];
        if (all.Neighbours == NeighbouringRelation.AddOrRemoveOne)
        {
            (double atFixed, double fixedTime) = Timed(() => Moments(new RdpAccountant(FixedOrders), all, delta));
            rows.Add(new("Rényi, fixed orders", atFixed, "upper bound", fixedTime));
            (double classic, double classicTime) = Timed(() => Classic(all, delta));
            rows.Add(new("Rényi, fixed orders, Mironov 2017", classic, "upper bound", classicTime));
        }

        if (estimate is not null)
        {
            (double limit, double limitTime) = Timed(() => estimate(steps));
            rows.Add(new("Gaussian limit (GDP)", limit, "ESTIMATE, understates", limitTime));
        }

        return new AccountantComparison(rows, [.. Steps(steps).Select(count => At(eventOf(count), count, delta, estimate))]);
    }

    private static Point At(PrivacyEvent all, long count, double delta, Func<long, double>? estimate)
    {
        EpsilonInterval certified = Accountant.Certify(all, delta);
        return new Point(count, certified.Lower, certified.Upper, Moments(new RdpAccountant(all.Neighbours), all, delta), estimate?.Invoke(count));
    }

    private static IEnumerable<long> Steps(long steps) =>
        Enumerable.Range(0, Points).Select(i => (long)Math.Round(Math.Pow(steps, (double)i / (Points - 1)))).Distinct();

    private static double Moments(RdpAccountant accountant, PrivacyEvent all, double delta)
    {
        accountant.Charge(all);
        return accountant.Spent(delta).Epsilon;
    }

    /// <summary>r + log(1/δ)/(α - 1) (Mironov 2017, proposition 3).</summary>
    private static double Classic(PrivacyEvent all, double delta)
    {
        RdpAccountant accountant = new(all.Neighbours);
        accountant.Charge(all);
        return FixedOrders.Min(order => accountant.RenyiDivergence(order) - (Math.Log(delta) / (order - 1)));
    }

    private static (T Value, double Milliseconds) Timed<T>(Func<T> answer)
    {
        long start = Stopwatch.GetTimestamp();
        T value = answer();
        return (value, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
