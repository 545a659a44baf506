using System.Reflection.Emit;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Several operands walked together over one row-major domain. Neighbouring axes that every operand crosses evenly are joined and
/// axes of one element dropped, so that most walks end with one or two axes and few divisions.
/// </summary>
internal sealed class IndexWalk
{
    private readonly List<int> _extents = [];
    private readonly List<int>[] _strides;

    /// <summary>Plans a walk.</summary>
    /// <param name="extents">Axes of the domain, outermost first.</param>
    /// <param name="strides">For each operand its stride along every axis.</param>
    public IndexWalk(ReadOnlySpan<int> extents, IReadOnlyList<EquatableArray<int>> strides)
    {
        _strides = new List<int>[strides.Count];
        for (int operand = 0; operand < strides.Count; operand++)
        {
            _strides[operand] = [];
        }

        for (int axis = 0; axis < extents.Length; axis++)
        {
            if (extents[axis] != 1)
            {
                // An empty domain is never walked, but a compiler may look at a division by its size.
                Append(Math.Max(1, extents[axis]), axis, strides);
            }
        }
    }

    /// <summary>
    /// Emits: for each operand, <c>offsets[operand] += element of the domain number <paramref name="index"/></c>. The divisors are constants.
    /// </summary>
    /// <param name="il">Where to write.</param>
    /// <param name="index">An <c>int</c> below the domain's size; it is kept.</param>
    /// <param name="offsets">For each operand an <c>int</c> local.</param>
    public void EmitAdvance(ILGenerator il, LocalBuilder index, ReadOnlySpan<LocalBuilder> offsets)
    {
        LocalBuilder rest = il.DeclareLocal(typeof(int));
        LocalBuilder digit = il.DeclareLocal(typeof(int));
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Stloc, rest);
        for (int axis = _extents.Count - 1; axis >= 0; axis--)
        {
            bool outermost = axis == 0;
            il.Emit(OpCodes.Ldloc, rest);
            if (!outermost)
            {
                il.Emit(OpCodes.Ldc_I4, _extents[axis]);
                il.Emit(OpCodes.Rem_Un);
            }

            il.Emit(OpCodes.Stloc, digit);
            EmitAddDigit(il, digit, axis, offsets);
            if (!outermost)
            {
                il.Emit(OpCodes.Ldloc, rest);
                il.Emit(OpCodes.Ldc_I4, _extents[axis]);
                il.Emit(OpCodes.Div_Un);
                il.Emit(OpCodes.Stloc, rest);
            }
        }
    }

    private void EmitAddDigit(ILGenerator il, LocalBuilder digit, int axis, ReadOnlySpan<LocalBuilder> offsets)
    {
        for (int operand = 0; operand < _strides.Length; operand++)
        {
            int stride = _strides[operand][axis];
            if (stride == 0)
            {
                continue;
            }

            il.Emit(OpCodes.Ldloc, offsets[operand]);
            il.Emit(OpCodes.Ldloc, digit);
            if (stride != 1)
            {
                il.Emit(OpCodes.Ldc_I4, stride);
                il.Emit(OpCodes.Mul);
            }

            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, offsets[operand]);
        }
    }

    private void Append(int extent, int axis, IReadOnlyList<EquatableArray<int>> strides)
    {
        bool joins = _extents.Count > 0;
        for (int operand = 0; joins && operand < strides.Count; operand++)
        {
            joins = _strides[operand][^1] == (long)strides[operand][axis] * extent;
        }

        if (joins)
        {
            _extents[^1] *= extent;
        }
        else
        {
            _extents.Add(extent);
        }

        for (int operand = 0; operand < strides.Count; operand++)
        {
            if (joins)
            {
                _strides[operand][^1] = strides[operand][axis];
            }
            else
            {
                _strides[operand].Add(strides[operand][axis]);
            }
        }
    }
}
