using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Log"/>
internal readonly struct LogScalar : IUnaryScalar<LogScalar>
{
    public static float At(float x) => MathF.Log(x);

    public static double At(double x) => Math.Log(x);

    public static Vector128<float> At(Vector128<float> x) => Vector128.Log(x);

    public static Vector256<float> At(Vector256<float> x) => Vector256.Log(x);

    public static Vector512<float> At(Vector512<float> x) => Vector512.Log(x);
}
