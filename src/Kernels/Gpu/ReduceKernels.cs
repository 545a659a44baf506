using System.Reflection;
using System.Reflection.Emit;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Reductions with a fused map in front. Short ones and those with many outputs take one thread an output, which adds in order; long ones
/// one group an output: thread t adds elements t, t + G, t + 2G … in order, then the group's tree adds the threads.
/// </summary>
internal static class ReduceKernels
{
    // Below this length the tree's barriers cost more than they save.
    private const int ShortReduction = 32;

    // With so many outputs a thread each fills any device, and neighbours read neighbouring elements.
    private const int ManyOutputs = 1 << 14;

    /// <summary>The kernel of <paramref name="spec"/>.</summary>
    public static GpuKernel Build(ReduceSpec spec, GpuLimits limits)
    {
        int kept = KernelShape.Count(spec, spec.Kept);
        int reduced = KernelShape.Count(spec, spec.Reduced);
        bool perThread = reduced <= ShortReduction || kept >= ManyOutputs;
        int group = perThread ? 1 : limits.Group;
        MethodInfo method = KernelWriter.Define(spec.Kind, writer => Write(writer, spec, kept, reduced, group));
        return perThread ? KernelShape.PerThread(method, kept, limits) : KernelShape.PerGroup(method, spec, kept, group);
    }

    private static void Write(KernelWriter writer, ReduceSpec spec, int kept, int reduced, int group)
    {
        ILGenerator il = writer.Il;
        LocalBuilder output = writer.Index(group == 1 ? nameof(GpuIndex.Thread) : nameof(GpuIndex.GroupNumber));
        writer.LeaveUnlessBelow(output, kept);
        LocalBuilder[] bases = writer.SlotOffsets(spec.SlotCount);
        KeptWalk(spec).EmitAdvance(il, output, bases);
        LocalBuilder sum = Accumulate(writer, spec, reduced, group, bases);
        Label skip = il.DefineLabel();
        if (group > 1)
        {
            il.Emit(OpCodes.Ldloc, sum);
            il.Emit(OpCodes.Ldc_I4, group);
            il.Emit(OpCodes.Call, typeof(GpuReduction).GetMethod(spec.Reduction.ToString())!);
            il.Emit(OpCodes.Stloc, sum);
            il.Emit(OpCodes.Call, typeof(GpuIndex).GetMethod(nameof(GpuIndex.InGroup))!);
            il.Emit(OpCodes.Brtrue, skip);
        }

        writer.PushElement(bases[^1]);
        il.Emit(OpCodes.Ldloc, sum);
        il.Emit(OpCodes.Stind_R4);
        il.MarkLabel(skip);
        if (group > 1)
        {
            writer.MeetAgain();
        }
    }

    /// <summary>Emits the loop of one thread over its share: r = start; r &lt; reduced; r += group.</summary>
    private static LocalBuilder Accumulate(KernelWriter writer, ReduceSpec spec, int reduced, int group, LocalBuilder[] bases)
    {
        ILGenerator il = writer.Il;
        LocalBuilder sum = il.DeclareLocal(typeof(float));
        LocalBuilder r = il.DeclareLocal(typeof(int));
        il.Emit(OpCodes.Ldc_R4, spec.Reduction == ReduceKind.Sum ? 0f : float.NegativeInfinity);
        il.Emit(OpCodes.Stloc, sum);
        if (group == 1)
        {
            il.Emit(OpCodes.Ldc_I4_0);
        }
        else
        {
            il.Emit(OpCodes.Call, typeof(GpuIndex).GetMethod(nameof(GpuIndex.InGroup))!);
        }

        il.Emit(OpCodes.Stloc, r);
        Label test = il.DefineLabel();
        Label body = il.DefineLabel();
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(body);
        Step(writer, spec, bases, sum, r);
        il.Emit(OpCodes.Ldloc, r);
        il.Emit(OpCodes.Ldc_I4, group);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, r);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, r);
        il.Emit(OpCodes.Ldc_I4, reduced);
        il.Emit(OpCodes.Blt, body);
        return sum;
    }

    private static void Step(KernelWriter writer, ReduceSpec spec, LocalBuilder[] bases, LocalBuilder sum, LocalBuilder r)
    {
        ILGenerator il = writer.Il;
        LocalBuilder[] offsets = new LocalBuilder[spec.Inputs.Count];
        for (int input = 0; input < offsets.Length; input++)
        {
            offsets[input] = il.DeclareLocal(typeof(int));
            il.Emit(OpCodes.Ldloc, bases[input]);
            il.Emit(OpCodes.Stloc, offsets[input]);
        }

        ReducedWalk(spec).EmitAdvance(il, r, offsets);
        Type combine = spec.Reduction == ReduceKind.Sum ? typeof(AddScalar) : typeof(MaxScalar);
        writer.Program(spec.Program, offsets, (_, pushValue) =>
        {
            il.Emit(OpCodes.Ldloc, sum);
            pushValue();
            il.Emit(OpCodes.Call, combine.GetMethod("At", [typeof(float), typeof(float)])!);
            il.Emit(OpCodes.Stloc, sum);
        });
    }

    private static IndexWalk KeptWalk(ReduceSpec spec)
    {
        List<EquatableArray<int>> strides = [];
        foreach (EquatableArray<int> input in spec.Inputs)
        {
            strides.Add(EquatableArray.Create(input.Span[..spec.Kept.Count]));
        }

        strides.Add(spec.Output);
        return new IndexWalk(spec.Kept.Span, strides);
    }

    private static IndexWalk ReducedWalk(ReduceSpec spec)
    {
        List<EquatableArray<int>> strides = [];
        foreach (EquatableArray<int> input in spec.Inputs)
        {
            strides.Add(EquatableArray.Create(input.Span[spec.Kept.Count..]));
        }

        return new IndexWalk(spec.Reduced.Span, strides);
    }
}
