using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>
/// One whole step: copying the lot in, per-example gradients, clip to 1, sum, ChaCha20 Gaussian noise, SGD; without privacy the plain sum and SGD. The
/// ledger's flush to disk is not in it. Prints one JSON line, as the peers of <c>bench/opacus</c> do.
/// </summary>
internal static class StepTiming
{
    private const double Rate = 0.15;

    /// <summary>What a step is compiled from.</summary>
    public static StepSpec Spec(BenchModel model, int batch, bool isPrivate, Device device, int chunk = 0)
    {
        PrivacyPlan plan = isPrivate
            ? new PrivacyPlanBuilder().Protect(PrivacyUnit.Example).Within(new PrivacyBudget(8, 1e-6)).Poisson(population: 60_000, expectedLot: batch, rounds: 1000).ClipTo(1).Build()
            : PrivacyPlan.None(PrivacyUnit.Example, 60_000, batch, 1000);
        return PrivateTrainer.Sized(new StepSpec(model.Objective(), model.Model.Layout, Optimizer.Sgd(Rate), plan, "example", 1), device, chunk);
    }

    /// <summary>Runs and prints.</summary>
    public static void Run(string name, int batch, bool isPrivate, int threads, int steps, double seconds, int chunk)
    {
        BenchModel model = BenchModel.Of(name);
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
        StepSpec spec = Spec(model, batch, isPrivate, device, chunk);
        BenchExamples examples = new(model, batch);
        double before = Environment.WorkingSet / 1048576.0;
        using PrivateStep step = new(spec, device);
        step.WriteParameters(model.Model.Initialize(1));
        int[] lot = [.. Enumerable.Range(0, batch)];
        using RandomKey key = RandomKey.FromOperatingSystem();
        long round = 0;
        void One()
        {
            step.Accumulate(lot, examples);
            step.Release(isPrivate ? key : null, (ulong)round, round);
            round++;
        }

        // Until the runtime has compiled everything for good, which it does in the background.
        long begin = Stopwatch.GetTimestamp();
        while (round < 3 || (round < 200 && Stopwatch.GetElapsedTime(begin).TotalSeconds < Math.Min(1.5, seconds / 3)))
        {
            One();
        }

        List<double> times = new(steps);
        List<double> processor = new(steps);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        begin = Stopwatch.GetTimestamp();
        while (times.Count < steps && (times.Count < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds))
        {
            TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            One();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            processor.Add((Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds);
        }

        allocated = AllocatedByOne(One);
        times.Sort();
        processor.Sort();
        double median = times[times.Count / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"system": "FastDPMeta", "model": "{{name}}", "mode": "{{(isPrivate ? "private" : "nonprivate")}}", "batch": {{batch}}, "threads": {{threads}}, "chunk": {{spec.Chunk}}, "steps": {{times.Count}}, "median_ms": {{median:f4}}, "min_ms": {{times[0]:f4}}, "p90_ms": {{times[(int)(0.9 * (times.Count - 1))]:f4}}, "cpu_ms": {{processor[processor.Count / 2]:f4}}, "examples_per_s": {{batch * 1e3 / median:f1}}, "peak_rss_mib": {{PeakMebibytes():f1}}, "rss_before_mib": {{before:f1}}, "allocated_bytes": {{allocated}}, "params": {{model.Model.ParameterCount}}, "device": "{{device.Info.Description}}"}"""));
    }

    private static long AllocatedByOne(Action step)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        step();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static double PeakMebibytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }
}
