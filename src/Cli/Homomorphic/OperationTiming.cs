using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Cli.Homomorphic;

/// <summary>
/// Least and median milliseconds of each operation, one thread, beside Microsoft SEAL 4.4.3 (native, one thread, without HEXL, g++ 12, two virtual cores of
/// an AMD EPYC with AVX-512, best of several runs; primes of
/// 60, 40 … 40, 60 bits). Ours have as many levels at 8192 and 16384; at 32768 SEAL's figures are for 15 + 1 primes, the row nearest to ours.
/// </summary>
internal static class OperationTiming
{
    private static readonly (int Degree, int Levels, int Special, Dictionary<string, double> Seal)[] Sizes =
    [
        (8192, 2, 1, Row(0.104, 0.082, 0.41, 2.6, 2.8, 0.59)),
        (16384, 7, 2, Row(0.221, 0.175, 3.1, 23, 22, 3.5)),
        (32768, 16, 3, Row(0.563, 0.454, 9.8, 140, 130, 17.5)),
    ];

    private static Dictionary<string, double> Row(params double[] figures) => Names.Zip(figures).ToDictionary();

    private static string[] Names => ["NTT", "inverse NTT", "encode", "multiply, relinearise", "rotate", "rescale"];

    /// <param name="output">Gets one line an operation.</param>
    /// <param name="seconds">How long to warm up, and how long to time, each.</param>
    /// <param name="more">Further operations, by the names of the table.</param>
    internal static void Run(TextWriter output, double seconds, Func<CkksParameters, (string Name, Action Run)[]>? more = null)
    {
        foreach ((int degree, int levels, int special, Dictionary<string, double> seal) in Sizes)
        {
            CkksParameters parameters = CkksParameters.Create(degree, levels, 40, special);
            output.WriteLine(parameters.ToString());
            output.WriteLine("operation              least ms  median ms  SEAL least ms  ratio");
            foreach ((string name, Action run) in (more?.Invoke(parameters) ?? []).Concat(Operations(parameters)))
            {
                (double least, double median) = Time(run, seconds);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22} {least,8:F3}  {median,9:F3}  {seal[name],13:F3}  {seal[name] / least,5:F1}"));
            }
        }
    }

    private static (string Name, Action Run)[] Operations(CkksParameters parameters)
    {
        using CkksSecretKey secret = CkksSecretKey.Generate(parameters);
        CkksEvaluator evaluator = new(secret.CreateEvaluationKeys([1]));
        double[] slots = new double[parameters.Slots];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = Math.Sin(i);
        }

        CkksPlaintext plaintext = CkksEncoder.Encode(parameters, slots);
        CkksCiphertext x = secret.Encrypt(plaintext).Expand();
        CkksCiphertext y = secret.Encrypt(plaintext).Expand();
        CkksCiphertext product = evaluator.Multiply(x, y);
        return
        [
            ("encode", () => CkksEncoder.Encode(parameters, slots)),
            ("multiply, relinearise", () => evaluator.Multiply(x, y)),
            ("rotate", () => evaluator.Rotate(x, 1)),
            ("rescale", () => evaluator.Rescale(product)),
        ];
    }

    /// <summary>Runs for a while first, so that the code timed is the optimised one.</summary>
    private static (double Least, double Median) Time(Action run, double seconds)
    {
        List<double> times = [];
        Stopwatch all = Stopwatch.StartNew();
        while (all.Elapsed.TotalSeconds < 2 * seconds || times.Count < 5)
        {
            if (all.Elapsed.TotalSeconds < seconds && times.Count > 0)
            {
                times.Clear();
            }

            long start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return (times[0], times[times.Count / 2]);
    }
}
