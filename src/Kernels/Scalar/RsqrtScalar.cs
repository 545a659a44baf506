using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Rsqrt"/>
internal readonly struct RsqrtScalar : IUnaryScalar<RsqrtScalar>
{
    public static float At(float x) => 1f / MathF.Sqrt(x);

    public static double At(double x) => 1.0 / Math.Sqrt(x);

    public static Vector128<float> At(Vector128<float> x) => Vector128<float>.One / Vector128.Sqrt(x);

    public static Vector256<float> At(Vector256<float> x) => Vector256<float>.One / Vector256.Sqrt(x);

    public static Vector512<float> At(Vector512<float> x) => Vector512<float>.One / Vector512.Sqrt(x);
}
