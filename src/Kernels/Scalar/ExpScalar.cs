using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Exp"/>
internal readonly struct ExpScalar : IUnaryScalar<ExpScalar>
{
    public static float At(float x) => MathF.Exp(x);

    public static double At(double x) => Math.Exp(x);

    public static Vector128<float> At(Vector128<float> x) => Vector128.Exp(x);

    public static Vector256<float> At(Vector256<float> x) => Vector256.Exp(x);

    public static Vector512<float> At(Vector512<float> x) => Vector512.Exp(x);
}
