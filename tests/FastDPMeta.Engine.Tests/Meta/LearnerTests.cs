using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Meta;

/// <summary>What holds for every learner.</summary>
public sealed class LearnerTests
{
    private const int Tasks = 4;

    public static TheoryData<string> All => [.. LearnerCase.All.Select(one => one.Name)];

    public static TheoryData<string> Smooth => [.. LearnerCase.All.Where(one => one.Smooth).Select(one => one.Name)];

    public static TheoryData<string> Recomputed => [.. LearnerCase.All.Where(one => one.Name.EndsWith(", recomputed", StringComparison.Ordinal)).Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Smooth))]
    public void The_meta_gradient_of_every_learner_equals_central_differences(string name)
    {
        LearnerCase one = LearnerCase.Find(name);
        Computation objective = First(one.Objective);
        double[][] arguments = [.. one.Parameters(), .. one.Data(0)];
        int[] indices = one.ParameterIndices;
        double[][] actual = Interpreter.Run(objective.Grad(indices), arguments)[1..];
        bool moves = false;
        for (int i = 0; i < indices.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], Numeric.Gradient(objective, arguments, indices[i], 1e-4)), 0, 1e-6);
            moves |= actual[i].Any(value => Math.Abs(value) > 1e-3);
        }

        Assert.True(moves, "No parameter had a derivative worth the name.");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Tasks_are_clipped_and_summed_as_a_loop_over_tasks_says(string name)
    {
        LearnerCase one = LearnerCase.Find(name);
        int[] indices = one.ParameterIndices;
        double[][][] units = [.. Enumerable.Range(0, Tasks).Select(one.Data)];
        double[][] parameters = one.Parameters();
        double[] mask = [1, 0, 1, 1];
        Computation slope = one.Objective.Grad(indices);
        double[][][] gradients = [.. units.Select(unit => Interpreter.Run(slope, [.. parameters, .. unit])[1..])];
        double[] norms = [.. gradients.Select(gradient => Math.Sqrt(gradient.Sum(part => part.Sum(value => value * value))))];
        double clip = (norms[0] + norms[2]) / 2;
        int shared = parameters.Length - indices.Length;
        Computation batch = PerExample.Of(one.Objective, new PerExampleOptions
        {
            Units = new Axis(Tasks, "task"),
            Parameters = indices.ToEquatableArray(),
            Shared = Enumerable.Range(indices.Length, shared).ToEquatableArray(),
            Clip = PerExampleClip.Constant,
            ClipNorm = clip,
            Rounding = PerExampleRounding.Double,
        });
        double[][] actual = Interpreter.Run(batch, [.. parameters, .. Stacked(units), mask]);
        for (int i = 0; i < indices.Length; i++)
        {
            double[] expected = new double[gradients[0][i].Length];
            for (int task = 0; task < Tasks; task++)
            {
                double factor = mask[task] * Math.Min(1, clip / norms[task]);
                for (int element = 0; element < expected.Length; element++)
                {
                    expected[element] += factor * gradients[task][i][element];
                }
            }

            Assert.InRange(Numeric.RelativeError(actual[i], expected), 0, 1e-9);
        }

        Assert.Contains(norms, norm => norm > clip);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_task_sees_another(string name)
    {
        LearnerCase one = LearnerCase.Find(name);
        int count = one.ParameterIndices.Length;
        int all = one.Learned.Parameters.Count;
        Computation batch = one.Objective.PerExample("task", Tasks, count, [.. Enumerable.Range(count, all - count)]).Clip(1).Sum();
        int?[] axes = [.. Enumerable.Range(0, batch.Inputs.Count).Select(i => i < all ? (int?)null : 0)];
        int[] reports = [.. Enumerable.Range(count, batch.Outputs.Count - count)];
        Assert.All(IsolationCheck.Verify(batch, "task", axes, reports).Take(count), dependence => Assert.Equal(RowDependence.ClippedSum, dependence));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Compiled_clipped_sums_equal_those_of_the_interpreter(string name)
    {
        LearnerCase one = LearnerCase.Find(name);
        int count = one.ParameterIndices.Length;
        Computation batch = one.Objective.PerExample("task", Tasks, count, [.. Enumerable.Range(count, one.Learned.Parameters.Count - count)]).Clip(0.5).Sum();
        double[][] exact = [.. one.Parameters(), .. Stacked([.. Enumerable.Range(0, Tasks).Select(one.Data)]), [1, 1, 0, 1]];
        int key = one.Learner.UsesRandomness ? exact.Length - 2 : -1;
        float[][] arguments =
        [
            // A device takes a key's words as bits.
            .. exact.Select((values, i) => values.Select(value => i == key ? BitConverter.UInt32BitsToSingle((uint)value) : (float)value).ToArray()),
        ];
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using CompiledFunction compiled = Compiler.Compile(batch, device);
        float[][] actual = compiled.Run(arguments);
        double[][] expected = Interpreter.Run(batch, [.. exact.Select((values, i) => i == key ? values : values.Select(value => (double)(float)value).ToArray())]);
        for (int i = 0; i < count; i++)
        {
            Assert.InRange(Numeric.RelativeError([.. actual[i].Select(value => (double)value)], expected[i]), 0, Tolerance.CompiledSecondDerivative);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Adapting_and_then_predicting_is_what_is_judged(string name)
    {
        LearnerCase one = LearnerCase.Find(name);
        const int Steps = 4;
        double[][] data = one.Data(1);
        double[][] judged = Interpreter.Run(one.Learner.Evaluate(one.Model, one.Loss, one.Shape, Steps), [.. one.Parameters(), .. data[..4]]);
        double[][] state = Interpreter.Run(one.Learner.Adapt(one.Model, one.Loss, one.Shape, Steps), [.. one.Parameters(), .. data[..2]]);
        double[] predicted = Interpreter.Run(one.Learner.Predict(one.Model, one.Shape), [.. state, data[2]])[0];
        Assert.InRange(Numeric.RelativeError(predicted, judged[0]), 0, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Recomputed))]
    public void Recomputed_steps_give_the_gradient_of_steps_that_are_kept(string name)
    {
        LearnerCase recomputed = LearnerCase.Find(name);
        LearnerCase kept = LearnerCase.Find(name.Replace(", recomputed", "", StringComparison.Ordinal));
        double[][] arguments = [.. kept.Parameters(), .. kept.Data(0)];
        double[][] expected = Interpreter.Run(kept.Objective.Grad(kept.ParameterIndices), arguments);
        double[][] actual = Interpreter.Run(recomputed.Objective.Grad(kept.ParameterIndices), arguments);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Numeric.RelativeError(actual[i], expected[i]), 0, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Learned_parameters_have_names_of_their_own_and_the_models_come_first(string name)
    {
        LearnerCase one = LearnerCase.Find(name);
        string[] names = [.. one.Learned.Parameters.Select(parameter => parameter.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(one.Model.Parameters.Select(parameter => parameter.Name), names.Take(one.Model.Parameters.Count));
        Assert.All(names.Skip(one.Model.Parameters.Count), own => Assert.StartsWith("learner.", own, StringComparison.Ordinal));
    }

    private static Computation First(Computation computation) =>
        Computation.Trace([.. computation.Inputs.Select(input => input.Shape)], arguments => computation.Call(arguments)[0]);

    private static double[][] Stacked(double[][][] units) => [.. Enumerable.Range(0, units[0].Length).Select(i => units.SelectMany(unit => unit[i]).ToArray())];
}
