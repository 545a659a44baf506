using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Mechanisms;

namespace FastDPMeta.Bench.Micro;

/// <summary>What a number of each exact sampler costs on one core, beside a word of the generator and an ordinary normal number.</summary>
internal static class NoiseSpeed
{
    private const int Repeats = 5;

    /// <summary>Runs and prints.</summary>
    public static void Run(int count)
    {
        using RandomKey key = RandomKey.FromOperatingSystem();
        using RandomWords words = new(key);
        using RandomStream stream = new(key, stream: 1);
        Time("32-bit word of ChaCha20", count, () => words.Next());
        Time("normal, double precision", count, () => (long)stream.NextGaussian());
        foreach (double scale in (ReadOnlySpan<double>)[1, 30, 1000, 32_800, 1e9])
        {
            DiscreteGaussian gaussian = new(scale);
            Time(string.Create(CultureInfo.InvariantCulture, $"discrete Gaussian, σ = {scale}"), count, () => gaussian.Next(words));
        }

        foreach (double scale in (ReadOnlySpan<double>)[1, 1000])
        {
            DiscreteLaplace laplace = new(scale);
            Time(string.Create(CultureInfo.InvariantCulture, $"discrete Laplace, b = {scale}"), count, () => laplace.Next(words));
        }

        Skellam skellam = new(1000);
        Time("Skellam, variance 1000", count, () => skellam.Next(words));
    }

    private static void Time(string name, int count, Func<long> draw)
    {
        double least = double.PositiveInfinity;
        long sum = 0;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                sum += draw();
            }

            least = Math.Min(least, Stopwatch.GetElapsedTime(begin).TotalNanoseconds / count);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {least,7:f1} ns (sum {sum})"));
    }
}
