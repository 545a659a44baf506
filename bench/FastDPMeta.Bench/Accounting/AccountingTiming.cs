using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Accounting.Loss;
using FastDPMeta.Privacy.Accounting.Pld;

namespace FastDPMeta.Bench.Accounting;

/// <summary>The accounting engines on one usual run: rate 0.01, noise multiplier 1, 10,000 steps, δ = 1e-5 (ε = 6.1877123900), one thread, warm.</summary>
internal static class AccountingTiming
{
    private const double Rate = 0.01;
    private const long Steps = 10_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static void Run()
    {
        ComposedPair[] run = [new(LossPairs.SampledGaussian(Rate, 1), Steps)];
        foreach (double delta in (double[])[1e-5, 1e-20])
        {
            EpsilonInterval interval = default;
            Report($"certified ε at δ = {delta:g}", 200, () => interval = CertifiedAccountant.Epsilon(run, delta), () => $"[{interval.Lower:f12}, {interval.Upper:f12}] {interval.UpperEngine}");
        }

        double noise = 0;
        Report("σ calibrated to ε = 2", 20, () => noise = Calibrate(2, 1e-5), () => $"{noise:f10}");

        PldEngine grid = new();
        double upper = 0;
        double lower = 0;
        foreach (bool both in (bool[])[false, true])
        {
            Report($"loss distribution, h = 1e-4, {(both ? "both bounds" : "upper bound")}", 9, () => Distribution(grid, run[0].Pairs, both, out lower, out upper), () => $"[{lower:f9}, {upper:f9}]");
        }
    }

    private static void Distribution(PldEngine grid, DominatingPairs pairs, bool both, out double lower, out double upper)
    {
        (lower, upper) = (0, 0);
        foreach (LossPair pair in (ReadOnlySpan<LossPair>)[pairs.Remove, pairs.Add])
        {
            grid.Clear();
            grid.Add(pair, Steps);
            if (!grid.TryEpsilon(1e-5, 1e-4, 0, both, out double low, out double high))
            {
                throw new InvalidOperationException("The grid engine declined.");
            }

            (lower, upper) = (Math.Max(lower, low), Math.Max(upper, high));
        }
    }

    /// <summary>The least σ whose certified ε is within a target, to 1e-8.</summary>
    private static double Calibrate(double epsilon, double delta)
    {
        RootBracket bracket = new(0.5, 4, 1e-8);
        bracket.SetValues(Excess(0.5), Excess(4));
        while (bracket.TryPropose(out double noise))
        {
            bracket.Narrow(noise, Excess(noise));
        }

        return bracket.SafeEnd();

        double Excess(double noise) => Math.Log(CertifiedAccountant.Epsilon([new(LossPairs.SampledGaussian(Rate, noise), Steps)], delta).Upper / epsilon);
    }

    private static void Report(string what, int count, Action action, Func<string> answer)
    {
        // By time: small methods are compiled for good some tenths of a second after they were found to be called often.
        long began = Stopwatch.GetTimestamp();
        do
        {
            action();
        }
        while (Stopwatch.GetElapsedTime(began) < WarmUp);

        double[] times = new double[count];
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
        Array.Sort(times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-45} median {times[count / 2],8:f3} ms  ({times[0]:f3} … {times[^1]:f3})  {allocated} B a call  {answer()}"));
    }
}
