using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Log"/>
internal readonly struct LogScalar : IUnaryScalar<LogScalar>
{
    public static float At(float x) => SingleMath.Log(x);

    public static double At(double x) => Math.Log(x);

    public static Vector128<float> At(Vector128<float> x) => LaneMath<Lane128, Vector128<float>>.Log(x);

    public static Vector256<float> At(Vector256<float> x) => LaneMath<Lane256, Vector256<float>>.Log(x);

    public static Vector512<float> At(Vector512<float> x) => LaneMath<Lane512, Vector512<float>>.Log(x);
}
