using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Emit;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Scalar;

/// <summary>Applies a scalar op at one lane type to whole arrays whose length is a multiple of 16.</summary>
internal static class ScalarLanes
{
    /// <summary>Bits of the lane types: 32 is float.</summary>
    public static readonly int[] Widths = [32, 128, 256, 512];

    public static float[] Apply(ScalarOp op, int width, float[] x, float[] y, float[] z)
    {
        float[] result = new float[x.Length];
        switch (width)
        {
            case 32:
                Func<float, float, float, float> single = Compile<Func<float, float, float, float>>(op, typeof(float));
                for (int i = 0; i < x.Length; i++)
                {
                    result[i] = single(x[i], y[i], z[i]);
                }

                break;
            case 128:
                Func<Vector128<float>, Vector128<float>, Vector128<float>, Vector128<float>> quarter =
                    Compile<Func<Vector128<float>, Vector128<float>, Vector128<float>, Vector128<float>>>(op, typeof(Vector128<float>));
                for (int i = 0; i < x.Length; i += 4)
                {
                    quarter(Vector128.Create(x, i), Vector128.Create(y, i), Vector128.Create(z, i)).CopyTo(result, i);
                }

                break;
            case 256:
                Func<Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>> half =
                    Compile<Func<Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>>>(op, typeof(Vector256<float>));
                for (int i = 0; i < x.Length; i += 8)
                {
                    half(Vector256.Create(x, i), Vector256.Create(y, i), Vector256.Create(z, i)).CopyTo(result, i);
                }

                break;
            default:
                Func<Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>> wide =
                    Compile<Func<Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>>>(op, typeof(Vector512<float>));
                for (int i = 0; i < x.Length; i += 16)
                {
                    wide(Vector512.Create(x, i), Vector512.Create(y, i), Vector512.Create(z, i)).CopyTo(result, i);
                }

                break;
        }

        return result;
    }

    private static TDelegate Compile<TDelegate>(ScalarOp op, Type lane)
        where TDelegate : Delegate
    {
        ScalarProgram program = new(
            [ScalarStep.Input(0), ScalarStep.Input(1), ScalarStep.Input(2), ScalarStep.Apply(op, 0, op.Arity > 1 ? 1 : -1, op.Arity > 2 ? 2 : -1)], [3]);
        MethodInfo method = KernelAssembly.Define(op.Name, lane, [lane, lane, lane], il =>
        {
            ScalarProgramEmitter.Emit(il, program, lane, input => il.Emit(OpCodes.Ldarg, (short)input), (_, push) => push());
            il.Emit(OpCodes.Ret);
        });
        return method.CreateDelegate<TDelegate>();
    }
}
