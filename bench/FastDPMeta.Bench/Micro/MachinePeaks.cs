using System.Diagnostics;
using FastDPMeta.Kernels.Cpu;

namespace FastDPMeta.Bench.Micro;

/// <summary>What one core of this machine can do at best, as measured here: the highest of several samples each.</summary>
/// <param name="Gigaflops">Independent multiply-adds of the widest vectors, a multiply-add being two operations.</param>
/// <param name="NearGigabytes">Bytes read plus bytes written a nanosecond by copying within the second-level cache.</param>
/// <param name="FarGigabytes">The same by copying between arrays that no cache holds.</param>
internal sealed record MachinePeaks(double Gigaflops, double NearGigabytes, double FarGigabytes)
{
    private const int Samples = 15;
    private const int PeakRounds = 100_000;
    private const int NearFloats = 48 * 1024;
    private const int FarFloats = 48 * 1024 * 1024;

    /// <summary>Measures, on this thread, in about a second.</summary>
    public static MachinePeaks Measure()
    {
        int bits = CpuDevice.HardwareVectorBits;
        Least(() => FmaPeak.Run(PeakRounds, bits)); // until the last tier is compiled
        double multiplyAdd = FmaPeak.Flops(PeakRounds, bits) / Least(() => FmaPeak.Run(PeakRounds, bits));
        return new MachinePeaks(multiplyAdd * 1e-9, Copy(NearFloats, repeats: 200) * 1e-9, Copy(FarFloats, repeats: 1) * 1e-9);
    }

    private static double Copy(int floats, int repeats)
    {
        float[] from = new float[floats];
        float[] to = new float[floats];
        Array.Fill(from, 1f);
        double seconds = Least(() =>
        {
            for (int i = 0; i < repeats; i++)
            {
                from.AsSpan().CopyTo(to);
            }
        });
        return 2.0 * sizeof(float) * floats * repeats / seconds;
    }

    private static double Least(Action action)
    {
        double least = double.PositiveInfinity;
        for (int sample = 0; sample < Samples; sample++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return least;
    }
}
