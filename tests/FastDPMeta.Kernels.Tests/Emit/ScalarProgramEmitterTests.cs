using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Emit;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Emit;

public sealed class ScalarProgramEmitterTests
{
    private static readonly ScalarProgram Shared = new(
        [
            ScalarStep.Input(0),
            ScalarStep.Input(1),
            ScalarStep.Constant(3f),
            ScalarStep.Apply(ScalarOp.Mul, 0, 1),
            ScalarStep.Apply(ScalarOp.Add, 3, 2),
            ScalarStep.Apply(ScalarOp.Exp, 0), // nobody uses it
            ScalarStep.Apply(ScalarOp.Sub, 4, 3),
            ScalarStep.Apply(ScalarOp.Select, 6, 4, 1),
        ],
        [7]);

    [Fact]
    public void A_float_body_computes_the_composition_of_its_steps()
    {
        Func<float, float, float> body = Compile<Func<float, float, float>>(Shared, typeof(float));

        Assert.Equal((2f * 5f) + 3f, body(2f, 5f));
    }

    [Fact]
    public void Every_vector_width_computes_what_the_float_body_computes()
    {
        Func<float, float, float> single = Compile<Func<float, float, float>>(Shared, typeof(float));
        Vector512<float> x = Vector512.CreateSequence(-4f, 0.75f);
        Vector512<float> y = Vector512.CreateSequence(3f, -0.25f);

        Vector512<float> wide = Compile<Func<Vector512<float>, Vector512<float>, Vector512<float>>>(Shared, typeof(Vector512<float>))(x, y);
        Vector256<float> half = Compile<Func<Vector256<float>, Vector256<float>, Vector256<float>>>(Shared, typeof(Vector256<float>))(x.GetLower(), y.GetLower());
        Vector128<float> quarter = Compile<Func<Vector128<float>, Vector128<float>, Vector128<float>>>(
            Shared, typeof(Vector128<float>))(x.GetLower().GetLower(), y.GetLower().GetLower());

        for (int lane = 0; lane < 16; lane++)
        {
            float expected = single(x[lane], y[lane]);
            Assert.Equal(expected, wide[lane]);
            Assert.Equal(expected, lane < 8 ? half[lane] : expected);
            Assert.Equal(expected, lane < 4 ? quarter[lane] : expected);
        }
    }

    [Fact]
    public void A_step_used_twice_is_emitted_once_and_an_unused_one_never()
    {
        List<int> loads = [];

        KernelAssembly.Define("count", typeof(float), [typeof(float), typeof(float)], il =>
        {
            ScalarProgramEmitter.Emit(
                il,
                Shared,
                typeof(float),
                input =>
                {
                    loads.Add(input);
                    il.Emit(OpCodes.Ldarg, (short)input);
                },
                (_, push) => push());
            il.Emit(OpCodes.Ret);
        });

        Assert.Equal([0, 1], loads.Order());
    }

    [Fact]
    public void Several_results_are_all_computed_before_the_first_is_stored()
    {
        List<string> order = [];
        ScalarProgram swap = new([ScalarStep.Input(0), ScalarStep.Input(1)], [1, 0]);

        KernelAssembly.Define("swap", typeof(void), [typeof(float), typeof(float)], il =>
        {
            ScalarProgramEmitter.Emit(
                il,
                swap,
                typeof(float),
                input =>
                {
                    order.Add($"load {input}");
                    il.Emit(OpCodes.Ldarg, (short)input);
                },
                (result, push) =>
                {
                    order.Add($"store {result}");
                    push();
                    il.Emit(OpCodes.Pop);
                });
            il.Emit(OpCodes.Ret);
        });

        Assert.Equal(["load 0", "load 1", "store 0", "store 1"], order);
    }

    [Fact]
    public void A_chain_of_a_thousand_steps_compiles()
    {
        List<ScalarStep> steps = [ScalarStep.Input(0), ScalarStep.Constant(1f)];
        for (int step = 0; step < 1000; step++)
        {
            // The running value comes second, so an emitter that kept it all on the stack would need a thousand entries.
            steps.Add(ScalarStep.Apply(ScalarOp.Add, 1, step == 0 ? 0 : steps.Count - 1));
        }

        Func<float, float> body = Compile<Func<float, float>>(new ScalarProgram(steps.ToEquatableArray(), [steps.Count - 1]), typeof(float));

        Assert.Equal(1005f, body(5f));
    }

    [Fact]
    public void Kernels_defined_by_many_threads_at_once_all_work()
    {
        float[] results = new float[32];

        Parallel.For(0, results.Length, index => results[index] = Compile<Func<float>>(ScalarProgram.Fill(index), typeof(float))());

        Assert.Equal(Enumerable.Range(0, results.Length).Select(index => (float)index), results);
    }

    [Fact]
    public void A_type_that_is_no_lane_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ScalarProgramEmitter.BodyOf(ScalarOp.Add, typeof(string)));
        Assert.Throws<ArgumentException>(() => ScalarProgramEmitter.BroadcastOf(typeof(float)));
    }

    private static TDelegate Compile<TDelegate>(ScalarProgram program, Type lane)
        where TDelegate : Delegate
    {
        MethodInfo invoke = typeof(TDelegate).GetMethod("Invoke")!;
        MethodInfo method = KernelAssembly.Define("body", lane, [.. invoke.GetParameters().Select(parameter => parameter.ParameterType)], il =>
        {
            ScalarProgramEmitter.Emit(il, program, lane, input => il.Emit(OpCodes.Ldarg, (short)input), (_, push) => push());
            il.Emit(OpCodes.Ret);
        });
        return method.CreateDelegate<TDelegate>();
    }
}
