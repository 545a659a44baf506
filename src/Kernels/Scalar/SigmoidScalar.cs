using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Sigmoid"/>
internal readonly struct SigmoidScalar : IUnaryScalar<SigmoidScalar>
{
    public static float At(float x) => 1f / (1f + MathF.Exp(-x));

    public static double At(double x) => 1.0 / (1.0 + Math.Exp(-x));

    public static Vector128<float> At(Vector128<float> x) => Vector128<float>.One / (Vector128<float>.One + Vector128.Exp(-x));

    public static Vector256<float> At(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-x));

    public static Vector512<float> At(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-x));
}
