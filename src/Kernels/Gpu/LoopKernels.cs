using System.Reflection;
using System.Reflection.Emit;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>Fused maps: one thread per index of the domain.</summary>
internal static class LoopKernels
{
    /// <summary>The kernel of <paramref name="spec"/>.</summary>
    public static GpuKernel Build(LoopSpec spec, GpuLimits limits)
    {
        int count = KernelShape.Count(spec, spec.Extents);
        IndexWalk walk = new(spec.Extents.Span, [.. spec.Inputs, .. spec.Outputs]);
        MethodInfo method = KernelWriter.Define("loop", writer =>
        {
            LocalBuilder index = writer.Index(nameof(GpuIndex.Thread));
            writer.LeaveUnlessBelow(index, count);
            LocalBuilder[] offsets = writer.SlotOffsets(spec.SlotCount);
            walk.EmitAdvance(writer.Il, index, offsets);
            writer.Program(spec.Program, offsets, (result, pushValue) =>
            {
                writer.PushElement(offsets[spec.Inputs.Count + result]);
                pushValue();
                writer.Il.Emit(OpCodes.Stind_R4);
            });
        });
        return KernelShape.PerThread(method, count, limits);
    }
}
