using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>
/// Where the time of a step goes: every launch of its accumulation and of its release, timed alone on one lane, in the order and on the
/// data of the step. Prints the dearest launches and the share of every kind of kernel.
/// </summary>
internal static class StepProfile
{
    /// <summary>A step of Omniglot meta-training.</summary>
    public static void Omniglot(MetaCase one, int chunk, bool isPrivate, int top, int repeats)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        StepSpec spec = one.Step(tasks: 32, isPrivate, device, chunk);
        Run(device, spec, one.Model, top, repeats, (buffer, random) =>
        {
            bool labels = buffer.Count % Models.OmniglotImage.Count != 0;
            return [.. Enumerable.Range(0, buffer.Count).Select(i => labels ? i % one.Shape.Way : random.NextDouble() < 0.1 ? 1f : 0f)];
        });
    }

    /// <summary>A step of one of the models that <see cref="BenchModel"/> names.</summary>
    public static void Example(string name, int batch, string mode, int chunk, int top, int repeats)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        BenchModel model = BenchModel.Of(name);
        StepSpec spec = model.Step(batch, mode != "nonprivate", device, chunk, mode == "secure");
        Run(device, spec, model.Model, top, repeats, (buffer, random) => buffer.Count == spec.Chunk
            ? [.. Enumerable.Range(0, buffer.Count).Select(i => (float)(i % model.Classes))]
            : model.Inputs(spec.Chunk));
    }

    private static void Run(Device device, StepSpec spec, Layer model, int top, int repeats, Func<ArenaBuffer, RandomStream, float[]> data)
    {
        StepPrograms programs = new(spec);
        using BoundArena bound = programs.Planner.Bind(device);
        using RandomKey key = RandomKey.UnsafeFixed(3);
        using RandomStream random = new(key);
        bound.Write(programs.Parameters, model.Initialize(1));
        foreach (ArenaBuffer buffer in programs.Data)
        {
            bound.Write(buffer, data(buffer, random));
        }

        bound.Write(programs.Mask, Enumerable.Repeat(1f, spec.Chunk).ToArray());
        foreach (CompiledComputation program in (CompiledComputation[])[programs.AccumulateFirst, programs.ReleaseOne])
        {
            WarmUp(bound.Replay(program));
            Entry[] entries = Time(device, bound, programs.Planner.Program(program), repeats);
            double whole = TimeOf(bound.Replay(program), repeats);
            Print(entries, program, whole, spec.Chunk, top);
        }
    }

    /// <summary>Until the runtime has compiled the kernels for good, which it does in the background after some calls.</summary>
    private static void WarmUp(Replay replay)
    {
        for (int round = 0; round < 4; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < 40 && Stopwatch.GetElapsedTime(begin).TotalSeconds < 0.5; i++)
            {
                replay.Run(0);
            }

            Thread.Sleep(100);
        }
    }

    private static Entry[] Time(Device device, BoundArena bound, KernelProgram program, int repeats)
    {
        List<Entry> entries = [];
        foreach (Instruction alone in program.Instructions.SelectMany(Alone))
        {
            using Replay replay = device.Prepare(new KernelProgram([alone]), bound.Arena);
            entries.Add(new Entry(alone, TimeOf(replay, repeats)));
        }

        return [.. entries];
    }

    /// <summary>Each launch by itself, inside the repeats it stands in: their places move as they do in the step.</summary>
    private static IEnumerable<Instruction> Alone(Instruction instruction) =>
        instruction is Repeat repeat ? repeat.Body.SelectMany(Alone).Select(inner => new Repeat(repeat.Count, [inner])) : [instruction];

    /// <summary>Microseconds, the least of several runs: what accumulates only grows, which changes no time.</summary>
    private static double TimeOf(Replay replay, int repeats)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i < repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            replay.Run(0);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return least;
    }

    private static void Print(Entry[] entries, CompiledComputation compiled, double whole, int chunk, int top)
    {
        double sum = entries.Sum(entry => entry.Microseconds);
        Console.WriteLine(Text(
            $"{compiled.LaunchCount} launches, {compiled.KernelCount} kernels, {compiled.Flops / 1e6:f1} Mflop, {compiled.Bytes / 1e6:f1} MB moved, {compiled.ScratchFloats * 4 / 1e6:f2} MB scratch"));
        Console.WriteLine(Text($"whole {whole:f0} us for {chunk} units: {chunk * 1e6 / whole:f1} units/s a lane; launches alone add up to {sum:f0} us"));
        foreach (IGrouping<string, Entry> kind in entries.GroupBy(entry => entry.Kind).OrderByDescending(kind => kind.Sum(entry => entry.Microseconds)))
        {
            double time = kind.Sum(entry => entry.Microseconds);
            Console.WriteLine(Text($"{kind.Key,-10} {kind.Count(),5} {time,9:f0} us {100 * time / sum,5:f1} %"));
        }

        foreach (Entry entry in entries.OrderByDescending(entry => entry.Microseconds).Take(top))
        {
            KernelSpec spec = entry.Launch.Spec;
            double gigaflops = entry.Count * spec.Flops / (entry.Microseconds * 1e3);
            double gigabytes = entry.Count * spec.Bytes / (entry.Microseconds * 1e3);
            Console.WriteLine(Text(
                $"{entry.Microseconds,9:f1} us {100 * entry.Microseconds / sum,5:f1} % {gigaflops,6:f1} GF/s {gigabytes,6:f1} GB/s {entry.Count,4}x {entry.Launch.Label}: {Describe(spec)}"));
        }
    }

    private static string Describe(KernelSpec spec) => spec switch
    {
        LoopSpec loop => $"loop {loop.Extents} in {string.Join(' ', loop.Inputs)} out {string.Join(' ', loop.Outputs)} ops {loop.Program.Operations}",
        ReduceSpec reduce => $"{reduce.Kind} {reduce.Kept} over {reduce.Reduced} in {string.Join(' ', reduce.Inputs)} out {reduce.Output} ops {reduce.Program.Operations}",
        MatMulSpec p => $"matmul {p.Batch}·{p.M}x{p.K}x{p.N} A {p.A.Batch}{p.A.Row},{p.A.Column} B {p.B.Batch}{p.B.Row},{p.B.Column} C {p.C.Batch}{p.C.Row},{p.C.Column}",
        _ => $"{spec}",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Entry(Instruction Instruction, double Microseconds)
    {
        public string Kind => Instruction is Repeat ? $"repeat {Launch.Spec.Kind}" : Launch.Spec.Kind;

        public Launch Launch { get; } = LaunchOf(Instruction);

        public long Count => CountOf(Instruction);

        private static Launch LaunchOf(Instruction instruction) => instruction is Repeat repeat ? LaunchOf(repeat.Body[0]) : (Launch)instruction;

        private static long CountOf(Instruction instruction) => instruction is Repeat repeat ? repeat.Count * CountOf(repeat.Body[0]) : 1;
    }
}
