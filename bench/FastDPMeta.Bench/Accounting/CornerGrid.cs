using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Bench.Accounting;

/// <summary>
/// The accountant at the ends of all its ranges: δ from 1e-15 to 0.5, σ from 0.1 to 1,000, rates from 1e-8 to 1, no step to 10⁷ of them, ε over 1,000. Every answer is looked at, and compared with what else
/// is known of it (<see cref="CornerChecks"/>).
/// </summary>
internal static class CornerGrid
{
    private const double WidthAsked = 1e-3;

    private static readonly double[] Deltas = [1e-15, 1e-9, 1e-5, 1e-2, 0.5];
    private static readonly double[] Noises = [0.1, 0.5, 1, 30, 1000];
    private static readonly double[] Rates = [1e-8, 1e-5, 1e-3, 0.03, 1];
    private static readonly long[] Counts = [0, 1, 10, 10_000, 10_000_000];

    /// <summary>Runs the grid.</summary>
    /// <param name="everything">Print every case, not only those that are wide, slow or wrong.</param>
    /// <param name="slow">Cases that take longer, in seconds, are printed.</param>
    /// <param name="noise">Only cases of this σ; NaN for all.</param>
    /// <returns>0 where nothing is wrong.</returns>
    public static int Run(bool everything, double slow, double noise)
    {
        CornerCase[] cases = [.. Cases().Where(corner => double.IsNaN(noise) || corner.Noise == noise)];
        foreach (CornerCase corner in cases)
        {
            Answer(corner);
            if (everything || !corner.IsSane || corner.Width > WidthAsked || corner.Seconds > slow)
            {
                Print(corner, "");
            }
        }

        CornerChecks checks = new(cases);
        IReadOnlyList<(CornerCase Case, string What)> wrong = checks.Find();
        foreach ((CornerCase corner, string what) in wrong)
        {
            Print(corner, what);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{cases.Length} cases: {cases.Count(c => c.IsSane)} answered, {cases.Count(c => c.Refused)} refused, {cases.Count(c => c.Answer is null && !c.Refused)} failed; {wrong.Count} checks failed of {checks.Count} ({checks.Describe()})."));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Widths (relative above ε = 1): {cases.Count(c => c.Width > WidthAsked)} above {WidthAsked:g}, {cases.Count(c => c.Width is > 1e-6 and <= WidthAsked)} above 1e-6; median {cases.Select(c => c.Width).Order().ElementAt(cases.Length / 2):g2}."));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ε above 1000: {cases.Count(c => c.Answer is { Lower: > 1000 })}; exactly 0: {cases.Count(c => c.Answer is { Upper: 0 })}. Seconds: worst {cases.Max(c => c.Seconds):f2}, in all {cases.Sum(c => c.Seconds):f1}."));
        return wrong.Count == 0 && cases.All(c => c.IsSane || c.Refused) ? 0 : 1;
    }

    private static IEnumerable<CornerCase> Cases() =>
        from noise in Noises from rate in Rates from steps in Counts from delta in Deltas select new CornerCase(delta, noise, rate, steps);

    private static void Answer(CornerCase corner)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            corner.Answer = Accountant.Certify(new SelfComposedEvent(new PoissonSampledGaussianEvent(corner.Rate, corner.Noise), corner.Steps), corner.Delta);
        }
        catch (ArgumentException error)
        {
            (corner.Refused, corner.Error) = (true, error.Message);
        }
        catch (InvalidOperationException error)
        {
            corner.Error = error.Message; // bounds that contradict each other: counted as failed
        }

        corner.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Print(CornerCase corner, string what)
    {
        string answer = corner.Answer is { } interval
            ? string.Create(CultureInfo.InvariantCulture, $"[{interval.Lower:g10}, {interval.Upper:g10}] width {corner.Width:g2} {interval.LowerEngine} {interval.UpperEngine}")
            : corner.Error;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"σ {corner.Noise,-5:g} q {corner.Rate,-6:g} T {corner.Steps,-9} δ {corner.Delta,-6:g} {answer} {corner.Seconds:f3} s {what}"));
    }
}
