using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

/// <summary>Whole private rounds on ILGPU's devices against those of the CPU: gradients, clipping, counters, noise and update.</summary>
public abstract class GpuPrivateStepTests(string name)
{
    private const int Inputs = 6, Classes = 3;

    private readonly Layer _model = new Sequential(new Dense(Inputs, 5, Activation.Tanh, name: "hidden"), new Dense(5, Classes, name: "logits"));

    [SkippableFact]
    public void Two_private_rounds_equal_those_of_the_processor()
    {
        using Device device = OpenOrSkip();
        using Device processor = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        (float[] expected, int expectedClipped) = Rounds(processor);
        (float[] actual, int clipped) = Rounds(device);

        Assert.InRange(expectedClipped, 1, 6);
        Assert.Equal(expectedClipped, clipped);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private (float[] Parameters, int Clipped) Rounds(Device device)
    {
        PrivacyPlan plan = new PrivacyPlanBuilder()
            .Protect(PrivacyUnit.Example).Within(new PrivacyBudget(4, 1e-6)).Poisson(population: 100, expectedLot: 5, rounds: 10).ClipTo(0.7f).Build();
        StepSpec spec = new(Objective(), _model.Layout, Optimizer.Adam(0.01), plan, "example", 4);
        using PrivateStep step = new(spec, device);
        using RandomKey key = RandomKey.UnsafeFixed(21);
        step.WriteParameters(_model.Initialize(3));
        Waves source = new();
        int clipped = 0;
        for (int round = 0; round < 2; round++)
        {
            // Six units in chunks of four: the second chunk is padded.
            clipped = step.Accumulate([0, 1, 2, 3, 4, 5], source).Clipped;
            step.Release(key, (ulong)round, round);
        }

        float[] parameters = new float[_model.ParameterCount];
        step.ReadParameters(parameters);
        return (parameters, clipped);
    }

    private Device OpenOrSkip()
    {
        try
        {
            return Device.Open(name);
        }
        catch (DeviceException exception)
        {
            Skip.If(true, exception.Message);
            throw;
        }
    }

    private Computation Objective()
    {
        int parameters = _model.Parameters.Count;
        return Computation.Trace(
            [.. _model.Parameters.Select(parameter => parameter.Shape), new Shape(Inputs), Shape.Scalar],
            arguments =>
            {
                Tensor loss = Losses.CrossEntropy(_model.Apply(arguments[parameters], arguments.AsSpan(..parameters)), arguments[parameters + 1]);
                return [loss, loss, loss];
            });
    }

    private sealed class Waves : IUnitSource
    {
        public IReadOnlyList<Shape> Shapes { get; } = [new Shape(Inputs), Shape.Scalar];

        public void Fill(int unit, UnitBuffers arguments)
        {
            for (int i = 0; i < Inputs; i++)
            {
                arguments[0][i] = (unit % 2 == 0 ? 3 : 0.2f) * MathF.Sin((unit * 1.7f) + (i * 0.9f));
            }

            arguments[1][0] = unit % Classes;
        }
    }
}

/// <summary>On ILGPU's CPU accelerator, there always.</summary>
public sealed class DebugPrivateStepTests() : GpuPrivateStepTests("debug");

/// <summary>On the first OpenCL device.</summary>
public sealed class OpenClPrivateStepTests() : GpuPrivateStepTests("opencl");

/// <summary>On the first CUDA device.</summary>
public sealed class CudaPrivateStepTests() : GpuPrivateStepTests("cuda");
