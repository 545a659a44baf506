using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>Repairs the OpenCL C that ILGPU 1.5.3 writes, where it does not say what .NET and PTX mean.</summary>
/// <remarks>
/// <para>
/// ILGPU has one kind of integer, and writes every sum, difference and product as signed: C calls an overflow of those undefined, and
/// OpenCL compilers do use that (they turn the top bit of a wrapping uint sum into a comparison that never wraps). The same line over
/// uint wraps.
/// </para>
/// <para>
/// Its group barrier orders global memory only, although groups share local memory across it (OpenCL C 3.0, section 6.15.8).
/// </para>
/// </remarks>
internal static partial class OpenClSource
{
    /// <summary>The kernel with integers that wrap and barriers that order all memory of the group.</summary>
    /// <param name="context">The context it was compiled in.</param>
    /// <param name="kernel">From ILGPU.</param>
    public static CLCompiledKernel Repair(Context context, CLCompiledKernel kernel) => new(
        context, (SeparateViewEntryPoint)EntryPointOf(kernel), kernel.Info, Rewrite(kernel.Source), kernel.CVersion);

    /// <summary>The repaired text.</summary>
    /// <param name="source">OpenCL C as ILGPU writes it.</param>
    public static string Rewrite(string source) => Barrier().Replace(
        SignedOperation().Replace(source, "($1)((u$1)$2 $3 (u$1)$4);"), "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)");

    // Not public in ILGPU 1.5.3, although the constructor above asks for it.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPointOf(CompiledKernel kernel);

    // As "(int)((int) var6 +  (int)-17);": one operation a line, operands are names or literals.
    [GeneratedRegex(@"\((int|long)\)\(\(\1\) *(\S+) ([+*-]) +\(\1\) *(\S+)\);")]
    private static partial Regex SignedOperation();

    [GeneratedRegex(@"barrier *\( *CLK_(LOCAL|GLOBAL)_MEM_FENCE *\)")]
    private static partial Regex Barrier();
}
