using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Testing;

/// <summary>
/// Every kernel spec computed plainly in double precision, straight from its definition: what all devices are compared with.
/// Noise is not here: its bits are checked against published vectors.
/// </summary>
public static partial class KernelOracle
{
    /// <summary>What the arena must hold after one launch: outputs in double precision, everything else as it was.</summary>
    /// <param name="spec">The kernel.</param>
    /// <param name="arena">The arena before the launch; not changed.</param>
    /// <param name="slots">Offsets of inputs, then outputs.</param>
    public static double[] Expected(KernelSpec spec, ReadOnlySpan<float> arena, ReadOnlySpan<long> slots)
    {
        double[] before = new double[arena.Length];
        for (int i = 0; i < before.Length; i++)
        {
            before[i] = arena[i];
        }

        double[] after = (double[])before.Clone();
        switch (spec)
        {
            case LoopSpec loop:
                Loop(loop, before, after, slots);
                break;
            case ReduceSpec reduce:
                Reduce(reduce, before, after, slots);
                break;
            case MatMulSpec matMul:
                MatMul(matMul, before, after, slots);
                break;
            case GatherSpec gather:
                Gather(gather, before, after, slots);
                break;
            case ScatterAddSpec scatter:
                ScatterAdd(scatter, before, after, slots);
                break;
            case RowGroupSpec groups:
                RowGroups(groups, before, after, slots);
                break;
            case FoldSpec fold:
                Fold(fold, before, after, slots);
                break;
            default:
                throw new ArgumentException($"KernelOracle: there is no oracle for {spec.Kind}.", nameof(spec));
        }

        return after;
    }

    /// <summary>
    /// The first element where <paramref name="actual"/> is further from <paramref name="expected"/> than
    /// <paramref name="tolerance"/>·max(1, |expected|), in words; null if there is none. NaN agrees with NaN only.
    /// </summary>
    /// <param name="expected">From <see cref="Expected"/>.</param>
    /// <param name="actual">The arena after the launch.</param>
    /// <param name="tolerance">Relative error allowed; absolute below 1.</param>
    public static string? FirstDifference(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = double.IsFinite(expected[i])
                ? Math.Abs(actual[i] - expected[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]))
                : actual[i].Equals((float)expected[i]);
            if (!same)
            {
                return $"Element {i} is {actual[i]:R}, expected {expected[i]:R}.";
            }
        }

        return null;
    }

    private static void Loop(LoopSpec spec, double[] before, double[] after, ReadOnlySpan<long> slots)
    {
        double[] inputs = new double[spec.Inputs.Count];
        double[] values = new double[spec.Program.Steps.Count];
        foreach (int[] index in Indices(spec.Extents))
        {
            for (int input = 0; input < inputs.Length; input++)
            {
                inputs[input] = before[slots[input] + Offset(index, spec.Inputs[input])];
            }

            Evaluate(spec.Program, inputs, values);
            for (int output = 0; output < spec.Outputs.Count; output++)
            {
                after[slots[inputs.Length + output] + Offset(index, spec.Outputs[output])] = values[spec.Program.Results[output]];
            }
        }
    }

    private static void Reduce(ReduceSpec spec, double[] before, double[] after, ReadOnlySpan<long> slots)
    {
        double[] inputs = new double[spec.Inputs.Count];
        double[] values = new double[spec.Program.Steps.Count];
        foreach (int[] kept in Indices(spec.Kept))
        {
            double result = spec.Reduction == ReduceKind.Sum ? 0 : double.NegativeInfinity;
            foreach (int[] reduced in Indices(spec.Reduced))
            {
                int[] index = [.. kept, .. reduced];
                for (int input = 0; input < inputs.Length; input++)
                {
                    inputs[input] = before[slots[input] + Offset(index, spec.Inputs[input])];
                }

                Evaluate(spec.Program, inputs, values);
                double value = values[spec.Program.Results[0]];
                result = spec.Reduction == ReduceKind.Sum ? result + value : Math.Max(result, value);
            }

            after[slots[inputs.Length] + Offset(kept, spec.Output)] = result;
        }
    }

    private static void Evaluate(ScalarProgram program, double[] inputs, double[] values)
    {
        for (int step = 0; step < values.Length; step++)
        {
            ScalarStep current = program.Steps[step];
            values[step] = current.Kind switch
            {
                ScalarStepKind.Input => inputs[current.A],
                ScalarStepKind.Constant => current.Value,
                _ => current.Op!.At(
                    values[current.A], current.B < 0 ? 0.0 : values[current.B], current.C < 0 ? 0.0 : values[current.C]),
            };
        }
    }

    private static long Offset(ReadOnlySpan<int> index, EquatableArray<int> strides)
    {
        long offset = 0;
        for (int axis = 0; axis < index.Length; axis++)
        {
            offset += (long)index[axis] * strides[axis];
        }

        return offset;
    }

    /// <summary>Every index of a domain, last axis fastest; one empty index for rank 0. The array is reused.</summary>
    private static IEnumerable<int[]> Indices(EquatableArray<int> extents)
    {
        if (extents.Contains(0))
        {
            yield break;
        }

        int[] index = new int[extents.Count];
        int axis;
        do
        {
            yield return index;
            axis = index.Length - 1;
            while (axis >= 0 && ++index[axis] == extents[axis])
            {
                index[axis--] = 0;
            }
        }
        while (axis >= 0);
    }
}
