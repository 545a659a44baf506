using FastDPMeta.Kernels.Spec;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>Turns a spec into a kernel ILGPU can compile; which device it is for matters only through its limits.</summary>
internal static class GpuKernels
{
    /// <summary>The kernel of <paramref name="spec"/>.</summary>
    /// <param name="spec">What to compute.</param>
    /// <param name="limits">What the device allows.</param>
    /// <exception cref="DeviceException">The spec has more slots than a launch can carry, or more threads than a launch can count.</exception>
    public static GpuKernel Build(KernelSpec spec, GpuLimits limits)
    {
        if (spec.SlotCount > Slots.Capacity)
        {
            throw new DeviceException(
                $"GPU kernel {spec.Kind}: {spec.SlotCount} slots are more than the {Slots.Capacity} a launch carries. Fuse fewer operations into one kernel.");
        }

        return spec switch
        {
            LoopSpec loop => LoopKernels.Build(loop, limits),
            ReduceSpec reduce => ReduceKernels.Build(reduce, limits),
            MatMulSpec matmul => MatMulKernels.Build(matmul, limits),
            GatherSpec gather => IndexKernels.Build(gather, limits),
            ScatterAddSpec scatter => IndexKernels.Build(scatter, limits),
            RowGroupSpec groups => IndexKernels.Build(groups, limits),
            FoldSpec fold => IndexKernels.Build(fold, limits),
            NoiseSpec noise => NoiseKernels.Build(noise, limits),
            _ => throw new DeviceException($"GPU kernel {spec.Kind}: this device has no kernel for {spec.GetType().Name}."),
        };
    }

    /// <summary>Compiles a kernel to what the driver of <paramref name="backend"/> takes.</summary>
    /// <param name="backend">With or without a device behind it.</param>
    /// <param name="kernel">From <see cref="Build"/>.</param>
    public static CompiledKernel Compile(Backend backend, GpuKernel kernel)
    {
        CompiledKernel compiled = backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method), KernelSpecialization.Empty);
        return compiled is CLCompiledKernel source ? OpenClSource.Repair(backend.Context, source) : compiled;
    }
}
