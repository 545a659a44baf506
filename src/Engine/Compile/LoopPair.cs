using System.Numerics;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>Two loops as one.</summary>
internal sealed class LoopPair
{
    private readonly List<int> _extents;
    private readonly List<(Place Place, int[] Strides)> _inputs = [];
    private readonly List<(Place Place, int[] Strides, int Step)> _outputs = [];
    private readonly List<ScalarStep> _steps = [];
    private readonly Dictionary<ScalarStep, int> _known = [];

    private LoopPair(List<int> extents) => _extents = extents;

    /// <summary>The loop that does what <paramref name="first"/> and then <paramref name="second"/> do, or null.</summary>
    /// <param name="first">The earlier loop.</param>
    /// <param name="second">The later loop.</param>
    /// <param name="isDead">Whether a storage the first writes is read by nobody but the second.</param>
    /// <param name="maximumSlots">Most slots the joined loop may have.</param>
    /// <param name="maximumSteps">Most steps its program may have.</param>
    public static Call? Join(Call first, Call second, Func<Storage, bool> isDead, int maximumSlots, int maximumSteps)
    {
        LoopSpec a = (LoopSpec)first.Spec;
        LoopSpec b = (LoopSpec)second.Spec;
        if (Refine(a.Extents, b.Extents) is not { } extents)
        {
            return null;
        }

        LoopPair pair = new(extents);
        pair.Add(first, a);
        if (!pair.IsLegal(second, b))
        {
            return null;
        }

        pair.Add(second, b);
        for (int output = a.Outputs.Count - 1; output >= 0; output--)
        {
            if (isDead(pair._outputs[output].Place.Storage))
            {
                pair._outputs.RemoveAt(output);
            }
        }

        return pair._inputs.Count + pair._outputs.Count > maximumSlots || pair._steps.Count > maximumSteps
            ? null : pair.ToCall(Label(first.Label, second.Label));
    }

    private static string Label(string first, string second)
    {
        if (first == second)
        {
            return first;
        }

        return string.Join(' ', first.Split(' ').Concat(second.Split(' ')).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Whether the second loop touches what the first writes only element by element, and writes nothing the first touches, except other parts of a storage
    /// both write.
    /// </summary>
    private bool IsLegal(Call call, LoopSpec loop)
    {
        for (int i = 0; i < loop.Inputs.Count; i++)
        {
            int[] strides = Expand(loop.Extents, loop.Inputs[i]);
            Place place = call.Inputs[i].Resolve();
            if (_outputs.Any(output => output.Place.Storage == place.Storage && !(output.Place == place && output.Strides.AsSpan().SequenceEqual(strides))))
            {
                return false;
            }
        }

        for (int i = 0; i < loop.Outputs.Count; i++)
        {
            Place place = call.Outputs[i].Resolve();
            int[] strides = Expand(loop.Extents, loop.Outputs[i]);
            if (_outputs.Any(other => other.Place.Storage == place.Storage && !AreApart(other.Place, other.Strides, place, strides))
                || _inputs.Any(input => input.Place.Storage == place.Storage))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether two outputs that walk alike have no element in common. With the distance d between them, they have none when axes of strides up to |d| span at
    /// most d, and what the others step by leaves room for d and that span.
    /// </summary>
    private bool AreApart(Place x, int[] xStrides, Place y, int[] yStrides)
    {
        if (x.Steps != y.Steps || !xStrides.AsSpan().SequenceEqual(yStrides))
        {
            return false;
        }

        long distance = Math.Abs(x.Offset - y.Offset);
        long span = 1;
        long step = 0;
        for (int axis = 0; axis < xStrides.Length; axis++)
        {
            if (xStrides[axis] <= distance)
            {
                span += (_extents[axis] - 1L) * xStrides[axis];
            }
            else
            {
                step = (long)BigInteger.GreatestCommonDivisor(step, xStrides[axis]);
            }
        }

        return span <= distance && (step == 0 || distance + span <= step);
    }

    private void Add(Call call, LoopSpec loop)
    {
        int[] map = new int[loop.Program.Steps.Count];
        for (int i = 0; i < map.Length; i++)
        {
            ScalarStep step = loop.Program.Steps[i];
            map[i] = step.Kind switch
            {
                ScalarStepKind.Input => Input(call.Inputs[step.A].Resolve(), Expand(loop.Extents, loop.Inputs[step.A])),
                ScalarStepKind.Constant => Step(step),
                _ => Step(step with { A = map[step.A], B = step.B < 0 ? -1 : map[step.B], C = step.C < 0 ? -1 : map[step.C] }),
            };
        }

        for (int i = 0; i < loop.Outputs.Count; i++)
        {
            _outputs.Add((call.Outputs[i].Resolve(), Expand(loop.Extents, loop.Outputs[i]), map[loop.Program.Results[i]]));
        }
    }

    private int Input(Place place, int[] strides)
    {
        foreach ((Place written, int[] writtenStrides, int step) in _outputs)
        {
            if (written == place && writtenStrides.AsSpan().SequenceEqual(strides))
            {
                return step;
            }
        }

        int known = _inputs.FindIndex(input => input.Place == place && input.Strides.AsSpan().SequenceEqual(strides));
        if (known < 0)
        {
            known = _inputs.Count;
            _inputs.Add((place, strides));
        }

        return Step(ScalarStep.Input(known));
    }

    private int Step(ScalarStep step)
    {
        if (!_known.TryGetValue(step, out int index))
        {
            _known[step] = index = _steps.Count;
            _steps.Add(step);
        }

        return index;
    }

    private Call ToCall(string label)
    {
        (int[] extents, int[][] strides) = StrideLists.Coalesce(_extents, [.. _inputs.Select(input => input.Strides), .. _outputs.Select(output => output.Strides)]);
        LoopSpec spec = new(
            [.. extents],
            strides[.._inputs.Count].Select(list => EquatableArray.Create<int>(list)).ToEquatableArray(),
            strides[_inputs.Count..].Select(list => EquatableArray.Create<int>(list)).ToEquatableArray(),
            new ScalarProgram(EquatableArray.ToEquatableArray(_steps), _outputs.Select(output => output.Step).ToEquatableArray()));
        return new Call(spec, [.. _inputs.Select(input => input.Place), .. _outputs.Select(output => output.Place)], label);
    }

    /// <summary>Extents that both lists are products of neighbours of, or null.</summary>
    private static List<int>? Refine(EquatableArray<int> x, EquatableArray<int> y)
    {
        List<int> refined = [];
        int i = x.Count - 1;
        int j = y.Count - 1;
        int left = i >= 0 ? x[i] : 1;
        int right = j >= 0 ? y[j] : 1;
        while (i >= 0 && j >= 0)
        {
            int part = Math.Min(left, right);
            if (left % part != 0 || right % part != 0)
            {
                return null;
            }

            refined.Insert(0, part);
            left /= part;
            right /= part;
            if (left == 1)
            {
                left = --i >= 0 ? x[i] : 1;
            }

            if (right == 1)
            {
                right = --j >= 0 ? y[j] : 1;
            }
        }

        return i < 0 && j < 0 ? refined : null;
    }

    /// <summary>Strides along the refined extents.</summary>
    private int[] Expand(EquatableArray<int> extents, EquatableArray<int> strides)
    {
        int[] expanded = new int[_extents.Count];
        int axis = extents.Count - 1;
        int covered = 1;
        for (int i = expanded.Length - 1; i >= 0; i--)
        {
            expanded[i] = strides[axis] * covered;
            covered *= _extents[i];
            if (covered == extents[axis])
            {
                axis--;
                covered = 1;
            }
        }

        return expanded;
    }
}
