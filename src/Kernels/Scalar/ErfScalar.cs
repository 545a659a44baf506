using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Erf"/>
internal readonly struct ErfScalar : IUnaryScalar<ErfScalar>
{
    public static float At(float x) => SingleMath.Erf(x);

    public static double At(double x) => DoubleMath.Erf(x);

    public static Vector128<float> At(Vector128<float> x) => LaneMath<Lane128, Vector128<float>>.Erf(x);

    public static Vector256<float> At(Vector256<float> x) => LaneMath<Lane256, Vector256<float>>.Erf(x);

    public static Vector512<float> At(Vector512<float> x) => LaneMath<Lane512, Vector512<float>>.Erf(x);
}
