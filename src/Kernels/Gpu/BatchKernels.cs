using System.Reflection;
using System.Reflection.Emit;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Kernels whose body is an ordinary C# method: the emitted part finds the batch element and its offsets, and passes the spec's numbers as
/// constants. A body is <c>static void (ArrayView&lt;float&gt; arena, int place, int offset of each slot …, int constant …)</c>.
/// </summary>
internal static class BatchKernels
{
    /// <summary>One thread per (batch element, place).</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="places">Places of one batch element.</param>
    /// <param name="batch">Extents of the batch axes.</param>
    /// <param name="strides">For each slot its strides along the batch axes.</param>
    /// <param name="body">The C# method.</param>
    /// <param name="constants">Its last arguments.</param>
    /// <param name="limits">The device.</param>
    public static GpuKernel PerThread(
        KernelSpec spec,
        long places,
        EquatableArray<int> batch,
        IReadOnlyList<EquatableArray<int>> strides,
        MethodInfo body,
        ReadOnlySpan<int> constants,
        GpuLimits limits)
    {
        int count = KernelShape.Count(spec, batch, places);
        MethodInfo method = Define(spec, count, (int)places, batch, strides, body, constants.ToArray(), nameof(GpuIndex.Thread));
        return KernelShape.PerThread(method, count, limits);
    }

    /// <summary>One group per (batch element, place); the arguments as in <see cref="PerThread"/>.</summary>
    public static GpuKernel PerGroup(
        KernelSpec spec,
        long places,
        EquatableArray<int> batch,
        IReadOnlyList<EquatableArray<int>> strides,
        MethodInfo body,
        ReadOnlySpan<int> constants,
        int group)
    {
        int count = KernelShape.Count(spec, batch, places);
        MethodInfo method = Define(spec, count, (int)places, batch, strides, body, constants.ToArray(), nameof(GpuIndex.GroupNumber));
        return KernelShape.PerGroup(method, spec, count, group);
    }

    private static MethodInfo Define(
        KernelSpec spec,
        int count,
        int places,
        EquatableArray<int> batch,
        IReadOnlyList<EquatableArray<int>> strides,
        MethodInfo body,
        int[] constants,
        string index)
    {
        IndexWalk walk = new(batch.Span, strides);
        return KernelWriter.Define(spec.Kind, writer =>
        {
            ILGenerator il = writer.Il;
            LocalBuilder number = writer.Index(index);
            writer.LeaveUnlessBelow(number, count);
            LocalBuilder[] offsets = writer.SlotOffsets(spec.SlotCount);
            (LocalBuilder element, LocalBuilder place) = writer.Split(number, Math.Max(1, places));
            walk.EmitAdvance(il, element, offsets);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldloc, place);
            foreach (LocalBuilder offset in offsets)
            {
                il.Emit(OpCodes.Ldloc, offset);
            }

            foreach (int constant in constants)
            {
                il.Emit(OpCodes.Ldc_I4, constant);
            }

            il.Emit(OpCodes.Call, body);
            if (index == nameof(GpuIndex.GroupNumber))
            {
                writer.MeetAgain();
            }
        });
    }
}
