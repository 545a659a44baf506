using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Min"/>
internal readonly struct MinScalar : IBinaryScalar<MinScalar>
{
    // Not MathF: the minimum of PTX and OpenCL drops NaN.
    public static float At(float x, float y) => x < y || float.IsNaN(x) ? x : y;

    public static double At(double x, double y) => Math.Min(x, y);

    public static Vector128<float> At(Vector128<float> x, Vector128<float> y) => Vector128.Min(x, y);

    public static Vector256<float> At(Vector256<float> x, Vector256<float> y) => Vector256.Min(x, y);

    public static Vector512<float> At(Vector512<float> x, Vector512<float> y) => Vector512.Min(x, y);
}
