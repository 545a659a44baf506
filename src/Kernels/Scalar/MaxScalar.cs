using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Max"/>
internal readonly struct MaxScalar : IBinaryScalar<MaxScalar>
{
    // Not MathF: the maximum of PTX and OpenCL drops NaN.
    public static float At(float x, float y) => x > y || float.IsNaN(x) ? x : y;

    public static double At(double x, double y) => Math.Max(x, y);

    public static Vector128<float> At(Vector128<float> x, Vector128<float> y) => Vector128.Max(x, y);

    public static Vector256<float> At(Vector256<float> x, Vector256<float> y) => Vector256.Max(x, y);

    public static Vector512<float> At(Vector512<float> x, Vector512<float> y) => Vector512.Max(x, y);
}
