using System.Diagnostics;
using FastDPMeta.Kernels.Cpu;

namespace FastDPMeta.Bench.Micro;

/// <summary>
/// Products against the multiply-add peak, on one thread of one process. Peak and product alternate, so that a change of clock or a busy
/// neighbour meets both; medians are printed, and as "best" the share of the quickest product in the highest peak.
/// </summary>
internal static class MatMulPeak
{
    private const int Samples = 25;
    private const double SampleSeconds = 0.002;
    private const int PeakRounds = 100_000;

    /// <summary>Prints a line for each product.</summary>
    /// <param name="vectorBits">Vector width; 0 for the hardware's.</param>
    /// <param name="filter">Only products whose name contains this.</param>
    public static void Run(int vectorBits, string filter)
    {
        vectorBits = vectorBits == 0 ? CpuDevice.HardwareVectorBits : vectorBits;
        Console.WriteLine($"{vectorBits}-bit vectors, one thread, median of {Samples} alternating samples");
        Console.WriteLine($"{"product",-32} {"µs",10} {"GFLOP/s",9} {"peak",7} {"share",6} {"best",6}  plan");
        for (int i = 0; i < 50; i++)
        {
            FmaPeak.Run(PeakRounds, vectorBits); // until the last tier is compiled
        }

        foreach (MatMulCase product in MatMulCase.All(vectorBits))
        {
            if (product.Name.Contains(filter, StringComparison.Ordinal))
            {
                Measure(product, vectorBits);
            }

            product.Dispose();
        }
    }

    private static void Measure(MatMulCase product, int vectorBits)
    {
        Warm(product);
        int repeats = 1;
        while (Seconds(product.Run, repeats) < SampleSeconds)
        {
            repeats *= 2;
        }

        double[] times = new double[Samples];
        double[] peaks = new double[Samples];
        for (int sample = 0; sample < Samples; sample++)
        {
            peaks[sample] = FmaPeak.Flops(PeakRounds, vectorBits) / Seconds(() => FmaPeak.Run(PeakRounds, vectorBits), 1) * 1e-9;
            times[sample] = Seconds(product.Run, repeats) / repeats;
        }

        Array.Sort(times);
        Array.Sort(peaks);
        double rate = product.Flops / times[Samples / 2] * 1e-9;
        double peak = peaks[Samples / 2];
        MatMulPlan? plan = product.Plan;
        Console.WriteLine(
            $"{product.Name,-32} {times[Samples / 2] * 1e6,10:F2} {rate,9:F1} {peak,7:F1} {rate / peak,6:P0} {product.Flops / times[0] * 1e-9 / peaks[^1],6:P0}  "
            + $"{(plan!.IsDot ? "dot" : "tile")}{plan.VectorBits} {plan.Rows}x{plan.Vectors} depth {plan.Depth}"
            + $"{(plan.IsTransposed ? " transposed" : "")}{(plan.PackA ? " packA" : "")}{(plan.PackB ? " packB" : "")}{(plan.Scatters ? " scatter" : "")}");
    }

    /// <summary>Runs until the packing, which the runtime compiles by tiers, has reached the last: it counts calls, then waits for a quiet moment.</summary>
    private static void Warm(MatMulCase product)
    {
        for (int burst = 0; burst < 4; burst++)
        {
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.05)
            {
                product.Run();
            }

            Thread.Sleep(120);
        }
    }

    private static double Seconds(Action action, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
