using System.Reflection;
using System.Reflection.Emit;
using FastDPMeta.Kernels.Emit;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Writes the inner loops of a <see cref="CpuReduceKernel"/>: <c>void (float** operands, nint rows, nint outer, nint inner, nint columns)</c>.</summary>
internal sealed class CpuReduceEmitter
{
    private const int RowsArgument = 1;
    private const int OuterArgument = 2;
    private const int InnerArgument = 3;
    private const int ColumnsArgument = 4;

    private readonly ILGenerator _il;
    private readonly CpuReducePlan _plan;
    private readonly LoopNest _nest;
    private readonly LocalBuilder[] _accumulators;
    private readonly MethodInfo _combine;

    private CpuReduceEmitter(ILGenerator il, CpuReducePlan plan)
    {
        _il = il;
        _plan = plan;
        int[] strides = [.. plan.ColumnStrides];
        strides[plan.Output] = plan.EmittedOutputStride;
        _nest = new LoopNest(il, plan.Lane, plan.Output, strides);
        _accumulators = new LocalBuilder[plan.Unroll];
        for (int accumulator = 0; accumulator < plan.Unroll; accumulator++)
        {
            _accumulators[accumulator] = il.DeclareLocal(plan.Lane.Type);
        }

        _combine = ScalarProgramEmitter.BodyOf(plan.Spec.Reduction == ReduceKind.Sum ? ScalarOp.Add : ScalarOp.Max, plan.Lane.Type);
    }

    /// <summary>What a reduction of nothing gives.</summary>
    /// <param name="kind">Sum or maximum.</param>
    public static float Neutral(ReduceKind kind) => kind == ReduceKind.Sum ? 0f : float.NegativeInfinity;

    /// <summary>Emits the method and returns its address.</summary>
    /// <param name="plan">The loops.</param>
    public static nint Emit(CpuReducePlan plan)
    {
        Type[] parameters = [typeof(float**), typeof(nint), typeof(nint), typeof(nint), typeof(nint)];
        MethodInfo method = KernelAssembly.Define(plan.Spec.Kind, typeof(void), parameters, il =>
        {
            CpuReduceEmitter emitter = new(il, plan);
            emitter._nest.Hoist(plan.RowStrides, plan.OuterStrides, plan.InnerStrides);
            emitter._nest.Level(RowsArgument, plan.RowStrides, () =>
            {
                emitter._nest.Hoist(plan.OuterStrides, plan.InnerStrides);
                if (plan.AlongReduced)
                {
                    emitter.EmitAlongReduced();
                }
                else
                {
                    emitter.EmitAlongKept();
                }
            });
            il.Emit(OpCodes.Ret);
        });
        return method.MethodHandle.GetFunctionPointer();
    }

    /// <summary>One output a row: accumulators over all reduced axes, combined as a balanced tree at the end.</summary>
    private void EmitAlongReduced()
    {
        Clear();
        Reduced(() =>
        {
            _nest.BeginVectors();
            if (_plan.Unroll > 1 && _plan.Columns >= _plan.Unroll * _plan.Lane.Count)
            {
                _nest.Vectors(ColumnsArgument, _plan.Unroll, AccumulateAll);
            }

            if (_plan.Columns % (_plan.Unroll * _plan.Lane.Count) >= _plan.Lane.Count || _plan.Unroll == 1)
            {
                _nest.Vectors(ColumnsArgument, 1, () => Accumulate(0, masked: false));
            }

            if (_plan.Columns % _plan.Lane.Count != 0)
            {
                _nest.Remainder(ColumnsArgument, () => Accumulate(0, masked: true));
            }
        });
        for (int step = 1; step < _plan.Unroll; step *= 2)
        {
            for (int accumulator = 0; accumulator < _plan.Unroll; accumulator += 2 * step)
            {
                _il.Emit(OpCodes.Ldloc, _accumulators[accumulator]);
                _il.Emit(OpCodes.Ldloc, _accumulators[accumulator + step]);
                _il.Emit(OpCodes.Call, _combine);
                _il.Emit(OpCodes.Stloc, _accumulators[accumulator]);
            }
        }

        _nest.PushAddress(_plan.Output);
        _il.Emit(OpCodes.Ldloc, _accumulators[0]);
        if (_plan.Lane.IsVector)
        {
            _il.Emit(OpCodes.Call, _plan.Lane.Memory(_plan.Spec.Reduction == ReduceKind.Sum ? nameof(LaneMemory128.Sum) : nameof(LaneMemory128.Max)));
        }

        _il.Emit(OpCodes.Stind_R4);
    }

    /// <summary>A vector of outputs at a time (or several): the reduced axes are walked for each.</summary>
    private void EmitAlongKept()
    {
        _nest.BeginVectors();
        if (_plan.Unroll > 1 && _plan.Columns >= _plan.Unroll * _plan.Lane.Count)
        {
            _nest.Vectors(ColumnsArgument, _plan.Unroll, () => Outputs(_plan.Unroll, AccumulateAll));
        }

        _nest.Vectors(ColumnsArgument, 1, () => Outputs(1, () => Accumulate(0, masked: false)));
        if (_plan.Columns % _plan.Lane.Count != 0)
        {
            _nest.Remainder(ColumnsArgument, () => Outputs(1, () => Accumulate(0, masked: false)));
        }

        void Outputs(int vectors, Action accumulate)
        {
            Clear();
            Reduced(accumulate);
            for (int vector = 0; vector < vectors; vector++)
            {
                int accumulator = vector;
                _nest.Ahead(vector);
                _nest.StoreLane(_plan.Output, () => _il.Emit(OpCodes.Ldloc, _accumulators[accumulator]));
            }

            _nest.Ahead(0);
        }
    }

    private void Reduced(Action body) => _nest.Level(OuterArgument, _plan.OuterStrides, () =>
    {
        _nest.Hoist(_plan.InnerStrides);
        _nest.Level(InnerArgument, _plan.InnerStrides, () =>
        {
            _nest.Hoist();
            body();
        });
    });

    private void Clear()
    {
        foreach (LocalBuilder accumulator in _accumulators)
        {
            ScalarProgramEmitter.PushConstant(_il, _plan.Lane.Type, Neutral(_plan.Spec.Reduction));
            _il.Emit(OpCodes.Stloc, accumulator);
        }
    }

    private void AccumulateAll()
    {
        for (int vector = 0; vector < _plan.Unroll; vector++)
        {
            _nest.Ahead(vector);
            Accumulate(vector, masked: false);
        }

        _nest.Ahead(0);
    }

    private void Accumulate(int accumulator, bool masked) => ScalarProgramEmitter.Emit(
        _il,
        _plan.Spec.Program,
        _plan.Lane.Type,
        _nest.PushLane,
        (_, push) =>
        {
            _il.Emit(OpCodes.Ldloc, _accumulators[accumulator]);
            if (masked)
            {
                // Lanes beyond the end hold the program's value at zero, which may be anything.
                _nest.PushMask();
                push();
                ScalarProgramEmitter.PushConstant(_il, _plan.Lane.Type, Neutral(_plan.Spec.Reduction));
                _il.Emit(OpCodes.Call, _plan.Lane.Memory(nameof(LaneMemory128.Select)));
            }
            else
            {
                push();
            }

            _il.Emit(OpCodes.Call, _combine);
            _il.Emit(OpCodes.Stloc, _accumulators[accumulator]);
        });
}
