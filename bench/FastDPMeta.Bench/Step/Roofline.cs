using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Bench.Micro;
using FastDPMeta.Engine.Compile;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>
/// Private steps on one thread against what one core can do: counted operations against the multiply-add peak, counted bytes against a copy within the
/// second-level cache and one between arrays that no cache holds. Bytes are counted as if nothing stayed in registers or caches from one kernel to the
/// next, so that a step may pass the copy between arrays; the larger of the shares of peak and of near copy is the bound that is nearer.
/// </summary>
internal static class Roofline
{
    private const int MostSteps = 200;
    private const double Seconds = 1.5;

    /// <summary>Prints a table in Markdown, or a JSON line for each model.</summary>
    public static void Run(IReadOnlyList<string> models, int batch, bool json)
    {
        BenchModel[] all = [.. models.Select(BenchModel.Of)];
        MachinePeaks peaks = MachinePeaks.Measure();
        if (!json)
        {
            Console.WriteLine(Text($"One core: multiply-adds {peaks.Gigaflops:f0} GFLOP/s, copy within the second-level cache {peaks.NearGigabytes:f0} GB/s, between large arrays {peaks.FarGigabytes:f1} GB/s."));
            Console.WriteLine();
            Console.WriteLine("| model | step ms | Mflop | MB moved | GFLOP/s | of peak | GB/s | of near copy | of far copy | nearer bound |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        }

        foreach (BenchModel model in all)
        {
            Measure(model, batch, peaks, json);
        }
    }

    private static void Measure(BenchModel model, int batch, MachinePeaks peaks, bool json)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        StepSpec spec = model.Step(batch, isPrivate: true, device);
        using BenchStep step = new(model.Model, spec, new BenchExamples(model, batch), device);
        step.WarmUp(Seconds);
        List<double> times = new(MostSteps);
        long begin = Stopwatch.GetTimestamp();
        while (times.Count < 3 || (times.Count < MostSteps && Stopwatch.GetElapsedTime(begin).TotalSeconds < Seconds))
        {
            long start = Stopwatch.GetTimestamp();
            step.Run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        times.Sort();
        double seconds = times[times.Count / 2];
        (double flops, double bytes) = Work(step.Programs, batch, spec.Chunk);
        (double gigaflops, double gigabytes) = (flops / seconds * 1e-9, bytes / seconds * 1e-9);
        (double peak, double near, double far) = (gigaflops / peaks.Gigaflops, gigabytes / peaks.NearGigabytes, gigabytes / peaks.FarGigabytes);
        string bound = peak >= near ? "multiply-adds" : "memory";
        Console.WriteLine(json
            ? Text($$"""{"model": "{{model.Name}}", "batch": {{batch}}, "chunk": {{spec.Chunk}}, "median_ms": {{seconds * 1e3:f4}}, "flops": {{flops:f0}}, "bytes": {{bytes:f0}}, "gflops": {{gigaflops:f2}}, "of_peak": {{peak:f4}}, "gbytes": {{gigabytes:f2}}, "of_near_copy": {{near:f4}}, "of_far_copy": {{far:f4}}, "bound": "{{bound}}", "peak_gflops": {{peaks.Gigaflops:f1}}, "near_gbytes": {{peaks.NearGigabytes:f1}}, "far_gbytes": {{peaks.FarGigabytes:f1}}}""")
            : Text($"| {model.Name} | {seconds * 1e3:f3} | {flops * 1e-6:f1} | {bytes * 1e-6:f1} | {gigaflops:f1} | {peak:p0} | {gigabytes:f1} | {near:p0} | {far:p0} | {bound} |"));
    }

    /// <summary>Operations and bytes of a step: every chunk's accumulation, the adding up of strands, the release.</summary>
    private static (double Flops, double Bytes) Work(StepPrograms programs, int batch, int chunk)
    {
        int chunks = (batch + chunk - 1) / chunk;
        Strands strands = new();
        strands.Begin(chunks);
        bool many = strands.Count > 1;
        (CompiledComputation Program, int Runs)[] runs =
        [
            (programs.AccumulateFirst, strands.Count),
            (programs.AccumulateNext, chunks - strands.Count),
            (programs.ExportFirst, many ? 1 : 0),
            (programs.ExportNext, strands.Count - 1),
            (many ? programs.ReleaseMany : programs.ReleaseOne, 1),
        ];
        return (runs.Sum(run => (double)run.Runs * run.Program.Flops), runs.Sum(run => (double)run.Runs * run.Program.Bytes));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
