using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Tanh"/>
internal readonly struct TanhScalar : IUnaryScalar<TanhScalar>
{
    public static float At(float x) => SingleMath.Tanh(x);

    public static double At(double x) => Math.Tanh(x);

    public static Vector128<float> At(Vector128<float> x) => LaneMath<Lane128, Vector128<float>>.Tanh(x);

    public static Vector256<float> At(Vector256<float> x) => LaneMath<Lane256, Vector256<float>>.Tanh(x);

    public static Vector512<float> At(Vector512<float> x) => LaneMath<Lane512, Vector512<float>>.Tanh(x);
}
