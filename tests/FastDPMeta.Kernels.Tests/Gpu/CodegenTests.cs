using System.Text.RegularExpressions;
using FastDPMeta.Testing;

namespace FastDPMeta.Kernels.Tests.Gpu;

/// <summary>Every kind of kernel compiled for devices that need not be there.</summary>
public sealed partial class CodegenTests
{
    [Theory]
    [InlineData(8, 0)]
    [InlineData(9, 0)]
    public void Ptx_has_neither_double_precision_nor_approximations(int major, int minor)
    {
        using GpuCodegen codegen = GpuCodegen.Ptx(major, minor);
        IReadOnlyList<GeneratedKernel> kernels = codegen.Generate(KernelSamples.All);
        Assert.Equal(KernelSamples.All.Count, kernels.Count);
        Assert.All(kernels, kernel =>
        {
            Assert.Contains(".visible .entry", kernel.Text, StringComparison.Ordinal);
            Assert.DoesNotMatch(DoublePrecision(), kernel.Text);

            // sin, tanh, ex2 and lg2 exist on the chip as approximations only; ours are polynomials, good to two units in the last place.
            Assert.DoesNotContain(".approx", kernel.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(".ftz", kernel.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void OpenCl_C_has_no_double_precision_no_sums_that_must_not_wrap_and_barriers_for_all_memory()
    {
        using GpuCodegen codegen = GpuCodegen.OpenCl();
        IReadOnlyList<GeneratedKernel> kernels = codegen.Generate(KernelSamples.All);
        Assert.Equal(KernelSamples.All.Count, kernels.Count);
        Assert.All(kernels, kernel =>
        {
            Assert.Contains("kernel void", kernel.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("double", kernel.Text, StringComparison.Ordinal);
            Assert.DoesNotMatch(SignedSum(), kernel.Text);
            Assert.DoesNotMatch(HalfABarrier(), kernel.Text);
        });
    }

    [SkippableTheory]
    [InlineData(8, 0)]
    [InlineData(9, 0)]
    public void Ptx_assembles_without_spilling_registers(int major, int minor)
    {
        string? assembler = PtxAssembler.Find();
        Skip.If(assembler is null, "No ptxas: set FASTDPMETA_PTXAS to NVIDIA's PTX assembler, or put it on the path.");
        using GpuCodegen codegen = GpuCodegen.Ptx(major, minor);
        IReadOnlyList<AssembledKernel> kernels = PtxAssembler.Assemble(assembler!, $"sm_{major}{minor}", codegen.Generate(KernelSamples.All));
        Assert.All(kernels, kernel =>
        {
            Assert.True(kernel.SpillBytes == 0, $"{kernel.Name} spills {kernel.SpillBytes} bytes: {kernel.Log}");
            Assert.True(kernel.StackBytes == 0, $"{kernel.Name} keeps {kernel.StackBytes} bytes in local memory: {kernel.Log}");
            Assert.InRange(kernel.Registers, 1, 128);
        });
    }

    [GeneratedRegex(@"\.f64\b")]
    private static partial Regex DoublePrecision();

    [GeneratedRegex(@"\(\((int|long)\) *\S+ [+*-] +\((int|long)\)")]
    private static partial Regex SignedSum();

    [GeneratedRegex(@"barrier *\( *CLK_\w+ *\)")]
    private static partial Regex HalfABarrier();
}
