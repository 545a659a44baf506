using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Less"/>
internal readonly struct LessScalar : IBinaryScalar<LessScalar>
{
    public static float At(float x, float y) => x < y ? 1f : 0f;

    public static double At(double x, double y) => x < y ? 1.0 : 0.0;

    public static Vector128<float> At(Vector128<float> x, Vector128<float> y) => Vector128.LessThan(x, y) & Vector128<float>.One;

    public static Vector256<float> At(Vector256<float> x, Vector256<float> y) => Vector256.LessThan(x, y) & Vector256<float>.One;

    public static Vector512<float> At(Vector512<float> x, Vector512<float> y) => Vector512.LessThan(x, y) & Vector512<float>.One;
}
