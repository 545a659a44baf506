using System.Reflection;
using System.Reflection.Emit;
using FastDPMeta.Kernels.Emit;
using FastDPMeta.Kernels.Spec;
using ILGPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Writes one kernel <c>(ArrayView&lt;float&gt; arena, Slots slots)</c>: the turns of phrase all kernels share. ILGPU inlines what the
/// kernel calls, so constants pushed here reach the innermost index arithmetic.
/// </summary>
internal sealed class KernelWriter
{
    private static readonly MethodInfo Element = typeof(ArrayView<float>).GetProperty("Item", [typeof(int)])!.GetMethod!;

    private KernelWriter(ILGenerator il) => Il = il;

    /// <summary>The instructions so far.</summary>
    public ILGenerator Il { get; }

    /// <summary>Defines a kernel; <paramref name="write"/> writes all but the last <c>ret</c>.</summary>
    /// <param name="name">For listings.</param>
    /// <param name="write">Writes the body.</param>
    public static MethodInfo Define(string name, Action<KernelWriter> write) =>
        KernelAssembly.Define(name, typeof(void), [typeof(ArrayView<float>), typeof(Slots)], il =>
        {
            write(new KernelWriter(il));
            il.Emit(OpCodes.Ret);
        });

    /// <summary>A new <c>int</c> with the value a parameterless method gives.</summary>
    /// <param name="name">A method of <see cref="GpuIndex"/>.</param>
    public LocalBuilder Index(string name)
    {
        LocalBuilder local = Il.DeclareLocal(typeof(int));
        Il.Emit(OpCodes.Call, typeof(GpuIndex).GetMethod(name)!);
        Il.Emit(OpCodes.Stloc, local);
        return local;
    }

    /// <summary>Leaves the kernel when <paramref name="index"/> is not below <paramref name="count"/>.</summary>
    public void LeaveUnlessBelow(LocalBuilder index, int count)
    {
        Label inside = Il.DefineLabel();
        Il.Emit(OpCodes.Ldloc, index);
        Il.Emit(OpCodes.Ldc_I4, count);
        Il.Emit(OpCodes.Blt, inside);
        Il.Emit(OpCodes.Ret);
        Il.MarkLabel(inside);
    }

    /// <summary>New <c>int</c> locals that hold the first <paramref name="count"/> slots.</summary>
    public LocalBuilder[] SlotOffsets(int count)
    {
        LocalBuilder[] offsets = new LocalBuilder[count];
        for (int slot = 0; slot < count; slot++)
        {
            offsets[slot] = Il.DeclareLocal(typeof(int));
            Il.Emit(OpCodes.Ldarga_S, (byte)1);
            Il.Emit(OpCodes.Ldfld, Slots.Field(slot));
            Il.Emit(OpCodes.Stloc, offsets[slot]);
        }

        return offsets;
    }

    /// <summary>Splits <paramref name="index"/> into a batch number and the place within it.</summary>
    public (LocalBuilder Batch, LocalBuilder Place) Split(LocalBuilder index, int size)
    {
        LocalBuilder batch = Il.DeclareLocal(typeof(int));
        LocalBuilder place = Il.DeclareLocal(typeof(int));
        Il.Emit(OpCodes.Ldloc, index);
        Il.Emit(OpCodes.Ldc_I4, size);
        Il.Emit(OpCodes.Div_Un);
        Il.Emit(OpCodes.Stloc, batch);
        Il.Emit(OpCodes.Ldloc, index);
        Il.Emit(OpCodes.Ldc_I4, size);
        Il.Emit(OpCodes.Rem_Un);
        Il.Emit(OpCodes.Stloc, place);
        return (batch, place);
    }

    /// <summary>
    /// Ends a kernel whose groups have barriers with one more. PoCL takes a branch to the very end of such a kernel for one that all
    /// threads of the group take alike, so a last "if" would go the first thread's way for all; after a barrier it is no branch to the end.
    /// </summary>
    public void MeetAgain() => Il.Emit(OpCodes.Call, typeof(Group).GetMethod(nameof(Group.Barrier), [])!);

    /// <summary>Pushes the address of an arena element.</summary>
    public void PushElement(LocalBuilder offset)
    {
        Il.Emit(OpCodes.Ldarga_S, (byte)0);
        Il.Emit(OpCodes.Ldloc, offset);
        Il.Emit(OpCodes.Call, Element);
    }

    /// <summary>Writes a scalar program that reads input k at <c>offsets[k]</c>; results go to <paramref name="store"/>.</summary>
    public void Program(ScalarProgram program, LocalBuilder[] offsets, Action<int, Action> store) =>
        ScalarProgramEmitter.Emit(
            Il,
            program,
            typeof(float),
            input =>
            {
                PushElement(offsets[input]);
                Il.Emit(OpCodes.Ldind_R4);
            },
            store);
}
