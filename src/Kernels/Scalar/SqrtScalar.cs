using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Sqrt"/>
internal readonly struct SqrtScalar : IUnaryScalar<SqrtScalar>
{
    public static float At(float x) => MathF.Sqrt(x);

    public static double At(double x) => Math.Sqrt(x);

    public static Vector128<float> At(Vector128<float> x) => Vector128.Sqrt(x);

    public static Vector256<float> At(Vector256<float> x) => Vector256.Sqrt(x);

    public static Vector512<float> At(Vector512<float> x) => Vector512.Sqrt(x);
}
