using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Compile;

/// <summary>Kernels of private meta-learning as it is done in earnest: the real models, clipped gradients per task, noise and update.</summary>
internal static class MainJobs
{
    private const int Tasks = 4;

    /// <summary>Five-step second-order MAML on sinusoids, 10-shot.</summary>
    public static IReadOnlyList<KernelSpec> Sinusoid() => Kernels(
        Models.SinusoidNet(), new Maml(new() { Shot = 10, Query = 10, InnerSteps = 5, InnerRate = 0.01 }), Loss.MeanSquaredError, new TaskShape(new Shape(1), 1, 10, 10));

    /// <summary>Prototypical networks on Omniglot images, 5-way 1-shot, with the four convolutions of the literature.</summary>
    public static IReadOnlyList<KernelSpec> Omniglot() => Kernels(
        Models.OmniglotConv(NormKind.Group, filters: 16), new ProtoNet(new() { Way = 5, Query = 3 }), Loss.CrossEntropy, new TaskShape(Models.OmniglotImage, 5, 1, 3));

    private static List<KernelSpec> Kernels(Layer model, Learner learner, Loss loss, TaskShape shapes)
    {
        Computation objective = learner.TaskObjective(model, loss, shapes);
        Shape flat = new(model.ParameterCount);
        Shape[] data = [shapes.SupportInputs, shapes.SupportTargets, shapes.QueryInputs, shapes.QueryTargets];
        Computation one = Computation.Trace([flat, .. data], x => objective.Call([.. model.Layout.Split(x[0]), .. x[1..]])[0]);
        Computation accumulate = one.PerExample("task", Tasks, 1).Clip(1).Sum();
        Optimizer adam = Optimizer.Adam(0.001);
        Computation release = Computation.Trace(
            [flat, flat, new Shape(NoiseSpec.KeyWords), flat, flat, new Shape(adam.ScalarNames.Count)],
            x => adam.Update(x[0], (x[1] + x[2].Gaussian(0, flat)) * 0.25f, x.AsSpan(3, 2), x[5]));

        List<KernelSpec> specs = [];
        foreach (Computation computation in new[] { accumulate, release })
        {
            using OracleDevice device = new();
            using CompiledFunction compiled = Compiler.Compile(computation, device);
            Collect(compiled.Computation.Program(0, 0).Instructions, specs);
        }

        return specs;
    }

    private static void Collect(IEnumerable<Instruction> instructions, List<KernelSpec> specs)
    {
        foreach (Instruction instruction in instructions)
        {
            if (instruction is Launch launch)
            {
                specs.Add(launch.Spec);
            }
            else
            {
                Collect(((Repeat)instruction).Body, specs);
            }
        }
    }
}
