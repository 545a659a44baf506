using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>
/// One private step of a dense network: per-example gradients, clip to 1, sum, ChaCha20 Gaussian noise, SGD. Copying the lot in is timed, the ledger's
/// flush to disk is not. Prints one JSON line, as the PyTorch peer does.
/// </summary>
internal static class PrivateStepTiming
{
    private const int Inputs = 784, Hidden = 256, Classes = 10;

    public static void Run(int threads, int batch, int warmup, int steps, bool explain)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = threads });
        Layer model = new Sequential(new Dense(Inputs, Hidden, Activation.Relu, name: "hidden"), new Dense(Hidden, Classes, name: "logits"));
        int parameters = model.Parameters.Count;
        Computation objective = Computation.Trace(
            [.. model.Parameters.Select(parameter => parameter.Shape), new Shape(Inputs), Shape.Scalar],
            arguments =>
            {
                Tensor loss = Losses.CrossEntropy(model.Apply(arguments[parameters], arguments.AsSpan(..parameters)), arguments[parameters + 1]);
                return [loss, loss, loss];
            });
        PrivacyPlan plan = new PrivacyPlanBuilder()
            .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(8, 1e-6)).Poisson(population: 60_000, expectedLot: batch, rounds: 1000).ClipTo(1).Build();
        StepSpec spec = new(objective, model.Layout, Optimizer.Sgd(0.01), plan, "example", (batch + threads - 1) / threads);
        using PrivateStep step = new(spec, device);
        step.WriteParameters(model.Initialize(1));
        RandomExamples source = new(batch);
        int[] lot = [.. Enumerable.Range(0, batch)];
        using RandomKey key = RandomKey.FromOperatingSystem();
        if (explain)
        {
            Console.WriteLine(step.Explain());
        }

        double[] times = new double[steps];
        double[] accumulate = new double[steps];
        long allocated = 0;
        for (int i = -warmup; i < steps; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: false);
            long start = Stopwatch.GetTimestamp();
            step.Accumulate(lot, source);
            TimeSpan half = Stopwatch.GetElapsedTime(start);
            step.Release(key, (ulong)(i + warmup), i + warmup);
            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                accumulate[i] = half.TotalMilliseconds;
                allocated += GC.GetTotalAllocatedBytes(precise: false) - before;
            }
        }

        Array.Sort(times);
        Array.Sort(accumulate);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"system": "FastDPMeta", "private": true, "device": "{{device.Info.Description}}", "threads": {{threads}}, "batch": {{batch}}, "layers": [{{Inputs}}, {{Hidden}}, {{Classes}}], "median_ms": {{times[steps / 2]:f4}}, "min_ms": {{times[0]:f4}}, "p90_ms": {{times[steps * 9 / 10]:f4}}, "accumulate_ms": {{accumulate[steps / 2]:f4}}, "allocated_bytes_per_step": {{allocated / steps}}}"""));
    }

    private sealed class RandomExamples : IUnitSource
    {
        private readonly float[] _inputs;

        public RandomExamples(int count)
        {
            using RandomKey key = RandomKey.UnsafeFixed(3);
            using RandomStream random = new(key);
            _inputs = new float[count * Inputs];
            for (int i = 0; i < _inputs.Length; i++)
            {
                _inputs[i] = (float)random.NextDouble();
            }
        }

        public IReadOnlyList<Shape> Shapes { get; } = [new Shape(Inputs), Shape.Scalar];

        public void Fill(int unit, UnitBuffers arguments)
        {
            _inputs.AsSpan(unit * Inputs, Inputs).CopyTo(arguments[0]);
            arguments[1][0] = unit % Classes;
        }
    }
}
