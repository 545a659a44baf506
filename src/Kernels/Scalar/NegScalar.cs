using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Neg"/>
internal readonly struct NegScalar : IUnaryScalar<NegScalar>
{
    public static float At(float x) => -x;

    public static double At(double x) => -x;

    public static Vector128<float> At(Vector128<float> x) => -x;

    public static Vector256<float> At(Vector256<float> x) => -x;

    public static Vector512<float> At(Vector512<float> x) => -x;
}
