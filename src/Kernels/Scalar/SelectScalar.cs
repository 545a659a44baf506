using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <inheritdoc cref="ScalarOp.Select"/>
internal readonly struct SelectScalar : ITernaryScalar<SelectScalar>
{
    public static float At(float x, float y, float z) => x != 0f ? y : z;

    public static double At(double x, double y, double z) => x != 0.0 ? y : z;

    public static Vector128<float> At(Vector128<float> x, Vector128<float> y, Vector128<float> z) => Vector128.ConditionalSelect(Vector128.Equals(x, Vector128<float>.Zero), z, y);

    public static Vector256<float> At(Vector256<float> x, Vector256<float> y, Vector256<float> z) => Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), z, y);

    public static Vector512<float> At(Vector512<float> x, Vector512<float> y, Vector512<float> z) => Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), z, y);
}
