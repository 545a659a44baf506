using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Sigmoid"/>
internal readonly struct SigmoidScalar : IUnaryScalar<SigmoidScalar>
{
    public static float At(float x) => SingleMath.Sigmoid(x);

    public static double At(double x) => x < 0.0 ? Math.Exp(x) / (1.0 + Math.Exp(x)) : 1.0 / (1.0 + Math.Exp(-x));

    public static Vector128<float> At(Vector128<float> x) => LaneMath<Lane128, Vector128<float>>.Sigmoid(x);

    public static Vector256<float> At(Vector256<float> x) => LaneMath<Lane256, Vector256<float>>.Sigmoid(x);

    public static Vector512<float> At(Vector512<float> x) => LaneMath<Lane512, Vector512<float>>.Sigmoid(x);
}
