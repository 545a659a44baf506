using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Scalar;

namespace FastDPMeta.Kernels.Emit;

/// <summary>
/// A long scalar body behind a real call. The runtime's compiler inlines only so much into one method and then stops altogether, even
/// single additions; a kernel with many long ops therefore calls most of them.
/// </summary>
/// <typeparam name="TBody">The op's body.</typeparam>
internal static class Outlined<TBody>
    where TBody : struct, IUnaryScalar<TBody>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128<float> At(Vector128<float> x) => TBody.At(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256<float> At(Vector256<float> x) => TBody.At(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<float> At(Vector512<float> x) => TBody.At(x);
}
