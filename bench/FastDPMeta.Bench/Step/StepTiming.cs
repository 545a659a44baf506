using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>
/// One whole step: copying the lot in, per-example gradients, clip to 1, sum, ChaCha20 Gaussian noise, SGD; without privacy the plain sum and SGD. The
/// ledger's flush to disk is not in it. Prints one JSON line, as the peers of <c>bench/opacus</c> do.
/// </summary>
internal static class StepTiming
{
    /// <summary>Runs and prints.</summary>
    public static void Run(string name, int batch, string mode, int threads, int steps, double seconds, int chunk)
    {
        BenchModel model = BenchModel.Of(name);
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
        StepSpec spec = model.Step(batch, mode != "nonprivate", device, chunk, mode == "secure");
        BenchExamples examples = new(model, batch);
        double before = Environment.WorkingSet / 1048576.0;
        using BenchStep step = new(model, spec, examples, device);
        step.WarmUp(Math.Min(1.5, seconds / 3));
        List<double> times = new(steps);
        List<double> processor = new(steps);
        long begin = Stopwatch.GetTimestamp();
        while (times.Count < steps && (times.Count < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds))
        {
            TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            step.Run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            processor.Add((Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds);
        }

        long allocated = AllocatedByOne(step.Run);
        times.Sort();
        processor.Sort();
        double median = times[times.Count / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"system": "FastDPMeta", "model": "{{name}}", "mode": "{{mode}}", "batch": {{batch}}, "threads": {{threads}}, "chunk": {{spec.Chunk}}, "steps": {{times.Count}}, "median_ms": {{median:f4}}, "min_ms": {{times[0]:f4}}, "p90_ms": {{times[(int)(0.9 * (times.Count - 1))]:f4}}, "cpu_ms": {{processor[processor.Count / 2]:f4}}, "examples_per_s": {{batch * 1e3 / median:f1}}, "peak_rss_mib": {{PeakMebibytes():f1}}, "rss_before_mib": {{before:f1}}, "allocated_bytes": {{allocated}}, "params": {{model.Model.ParameterCount}}, "device": "{{device.Info.Description}}"}"""));
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
