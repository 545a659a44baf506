using System.Reflection;
using System.Reflection.Emit;
using FastDPMeta.Kernels.Emit;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Writes the two inner loops of a <see cref="CpuLoopKernel"/>.</summary>
internal static class CpuLoopEmitter
{
    /// <summary>
    /// Emits <c>void (float** operands, nint rows, nint columns)</c> and returns its address. Whole: columns is a positive multiple of the
    /// lane. Remainder: columns is less than a lane, at least 1. The two are separate methods so that each holds the program once: the
    /// runtime stops inlining in very large methods.
    /// </summary>
    /// <param name="plan">The loops.</param>
    /// <param name="remainder">Which of the two.</param>
    public static nint Emit(CpuLoopPlan plan, bool remainder)
    {
        Type[] parameters = [typeof(float**), typeof(nint), typeof(nint)];
        MethodInfo method = KernelAssembly.Define(remainder ? "loopRemainder" : "loop", typeof(void), parameters, il =>
        {
            int inputs = plan.Spec.Inputs.Count;
            LoopNest nest = new(il, plan.Lane, inputs, plan.EmittedColumnStrides, plan.Paired);
            if (remainder)
            {
                nest.BeginRemainder(() =>
                {
                    il.Emit(OpCodes.Ldarg_2);
                    il.Emit(OpCodes.Conv_I4);
                });
            }

            nest.Hoist(plan.EmittedRowStrides);
            nest.Level(countArgument: 1, plan.EmittedRowStrides, () =>
            {
                nest.Hoist();
                if (remainder)
                {
                    Body();
                }
                else
                {
                    nest.BeginVectors();
                    nest.Vectors(countArgument: 2, unroll: 1, Body);
                }
            });
            il.Emit(OpCodes.Ret);

            void Body() => ScalarProgramEmitter.Emit(
                il, plan.Spec.Program, plan.Lane.Type, nest.PushLane, (result, push) => nest.StoreLane(inputs + result, push));
        });
        return method.MethodHandle.GetFunctionPointer();
    }
}
