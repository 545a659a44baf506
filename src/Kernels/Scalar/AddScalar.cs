using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Add"/>
internal readonly struct AddScalar : IBinaryScalar<AddScalar>
{
    public static float At(float x, float y) => x + y;

    public static double At(double x, double y) => x + y;

    public static Vector128<float> At(Vector128<float> x, Vector128<float> y) => x + y;

    public static Vector256<float> At(Vector256<float> x, Vector256<float> y) => x + y;

    public static Vector512<float> At(Vector512<float> x, Vector512<float> y) => x + y;
}
