using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Scalar;

/// <summary>
/// A function of one number, written once per lane type. <c>At(float)</c> is what GPUs compile and the specification of the vector forms;
/// <c>At(double)</c> is the oracle of the tests and the arithmetic of the double-precision interpreter.
/// </summary>
/// <typeparam name="TSelf">The struct itself.</typeparam>
internal interface IUnaryScalar<TSelf>
    where TSelf : struct, IUnaryScalar<TSelf>
{
    static abstract float At(float x);

    static abstract double At(double x);

    static abstract Vector128<float> At(Vector128<float> x);

    static abstract Vector256<float> At(Vector256<float> x);

    static abstract Vector512<float> At(Vector512<float> x);
}

/// <summary>A function of two numbers, written once per lane type.</summary>
/// <typeparam name="TSelf">The struct itself.</typeparam>
internal interface IBinaryScalar<TSelf>
    where TSelf : struct, IBinaryScalar<TSelf>
{
    static abstract float At(float x, float y);

    static abstract double At(double x, double y);

    static abstract Vector128<float> At(Vector128<float> x, Vector128<float> y);

    static abstract Vector256<float> At(Vector256<float> x, Vector256<float> y);

    static abstract Vector512<float> At(Vector512<float> x, Vector512<float> y);
}

/// <summary>A function of three numbers, written once per lane type.</summary>
/// <typeparam name="TSelf">The struct itself.</typeparam>
internal interface ITernaryScalar<TSelf>
    where TSelf : struct, ITernaryScalar<TSelf>
{
    static abstract float At(float x, float y, float z);

    static abstract double At(double x, double y, double z);

    static abstract Vector128<float> At(Vector128<float> x, Vector128<float> y, Vector128<float> z);

    static abstract Vector256<float> At(Vector256<float> x, Vector256<float> y, Vector256<float> z);

    static abstract Vector512<float> At(Vector512<float> x, Vector512<float> y, Vector512<float> z);
}
