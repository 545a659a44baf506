using System.Diagnostics;
using System.Text.Json;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>
/// One whole step: copying the lot in, per-example gradients, clip to 1, sum, ChaCha20 Gaussian noise, SGD; without privacy the plain sum and SGD. The
/// ledger's flush to disk is not in it. The JSON line is that of the peers of <c>bench/opacus</c>.
/// </summary>
internal static class StepTiming
{
    // Hundreds of kernels, each of which the runtime compiles for good only after some calls.
    private const double MetaWarmUp = 4;

    private static readonly JsonSerializerOptions Line = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly JsonSerializerOptions Lines = new(Line) { WriteIndented = true };

    /// <summary>Times a step of one of the models that <see cref="BenchModel"/> names, and prints.</summary>
    public static void Run(string name, int batch, string mode, int threads, int steps, double seconds, int chunk, bool json)
    {
        BenchModel model = BenchModel.Of(name);
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
        StepSpec spec = model.Step(batch, mode != "nonprivate", device, chunk, mode == "secure");
        Print(name, mode, batch, threads, model.Model, spec, new BenchExamples(model, batch), device, steps, seconds, Math.Min(1.5, seconds / 3), json);
    }

    /// <summary>Times a step of meta-training, and prints: a unit is a task.</summary>
    public static void Meta(MetaCase one, int innerSteps, int tasks, string mode, int threads, int steps, double seconds, int chunk, bool json)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
        string name = $"{one.Learner.Name}_{innerSteps}";
        Print(name, mode, tasks, threads, one.Model, one.Step(tasks, mode == "private", device, chunk), one, device, steps, seconds, MetaWarmUp, json);
    }

    private static void Print(
        string name, string mode, int batch, int threads, Layer model, StepSpec spec, IUnitSource units, Device device, int steps, double seconds, double warmUp, bool json)
    {
        double before = Environment.WorkingSet / 1048576.0;
        using BenchStep step = new(model, spec, units, device);
        step.WarmUp(warmUp);
        List<double> times = new(steps);
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long begin = Stopwatch.GetTimestamp();
        while (times.Count < steps && (times.Count < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds))
        {
            long start = Stopwatch.GetTimestamp();
            step.Run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        double processor = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / times.Count;

        long allocated = AllocatedByOne(step.Run);
        times.Sort();
        double median = times[times.Count / 2];
        Figures figures = new(
            "FastDPMeta", name, mode, batch, threads, spec.Chunk, times.Count, Round(median), Round(times[0]), Round(times[(int)(0.9 * (times.Count - 1))]),
            Round(processor), Math.Round(batch * 1e3 / median, 1), Math.Round(PeakMebibytes(), 1), Math.Round(before, 1), allocated, model.ParameterCount, device.Info.Description);
        Console.WriteLine(JsonSerializer.Serialize(figures, json ? Line : Lines));
    }

    private static double Round(double milliseconds) => Math.Round(milliseconds, 4);

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

    /// <summary>What is printed; the names, in snake case, are those of the peers.</summary>
    private sealed record Figures(
        string System,
        string Model,
        string Mode,
        int Batch,
        int Threads,
        int Chunk,
        int Steps,
        double MedianMs,
        double MinMs,
        double P90Ms,
        double CpuMs,
        double ExamplesPerS,
        double PeakRssMib,
        double RssBeforeMib,
        long AllocatedBytes,
        int Params,
        string Device);
}
