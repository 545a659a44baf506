using FastDPMeta.Kernels.Spec;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Compile;

/// <summary>Every kernel of the main jobs, compiled for GPUs that need not be there.</summary>
public sealed class GpuCodegenTests
{
    [SkippableTheory]
    [InlineData("sinusoid")]
    [InlineData("omniglot")]
    public void Every_kernel_of_a_main_job_becomes_Ptx_that_assembles_without_spills(string job)
    {
        using GpuCodegen codegen = GpuCodegen.Ptx(9, 0);
        IReadOnlyList<GeneratedKernel> kernels = codegen.Generate(Specs(job));
        Assert.InRange(kernels.Count, 20, 300);
        Assert.All(kernels, kernel => Assert.DoesNotContain(".f64", kernel.Text, StringComparison.Ordinal));

        string? assembler = PtxAssembler.Find();
        Skip.If(assembler is null, "No ptxas: set FASTDPMETA_PTXAS to NVIDIA's PTX assembler, or put it on the path. The PTX itself was made.");
        Assert.All(PtxAssembler.Assemble(assembler!, "sm_90", kernels), kernel => Assert.True(
            kernel.SpillBytes == 0 && kernel.StackBytes == 0, $"{kernel.Name}: {kernel.Log}"));
    }

    [Theory]
    [InlineData("sinusoid")]
    [InlineData("omniglot")]
    public void Every_kernel_of_a_main_job_becomes_OpenCl_C(string job)
    {
        using GpuCodegen codegen = GpuCodegen.OpenCl();
        IReadOnlyList<GeneratedKernel> kernels = codegen.Generate(Specs(job));
        Assert.InRange(kernels.Count, 20, 300);
        Assert.All(kernels, kernel =>
        {
            Assert.Contains("kernel void", kernel.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("double", kernel.Text, StringComparison.Ordinal);
        });
    }

    private static IReadOnlyList<KernelSpec> Specs(string job) => job == "sinusoid" ? MainJobs.Sinusoid() : MainJobs.Omniglot();
}
