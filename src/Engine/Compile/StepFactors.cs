using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// The constants that every step of a recurrence multiplies with, laid out once before it: a step is a small product that reads all of a large factor, so it
/// is the factor's lines that it waits for. Rows begin on cache lines and columns lie together, whatever moves (as a transposition) the step reads them through.
/// </summary>
internal static class StepFactors
{
    // Fewer steps would not earn the copy; smaller factors stay in the nearest cache however they lie.
    private const int FewestSteps = 8;
    private const int FewestFloats = 2048;

    /// <summary>Finds such factors and copies those that do not lie so.</summary>
    /// <param name="lowering">Lowers what stands around the recurrence.</param>
    /// <param name="op">The recurrence.</param>
    /// <param name="inputs">Where the arguments of its body lie.</param>
    /// <returns>Nodes of the body, and where their values lie.</returns>
    public static IReadOnlyDictionary<Node, View> LayOut(Lowering lowering, ScanOp op, View[] inputs)
    {
        Dictionary<Node, View> found = [];
        if (op.Length < FewestSteps)
        {
            return found;
        }

        // Reads the body's constants where the block around the recurrence has them.
        Lowering before = lowering.Nested(lowering.Block);
        HashSet<Node> constants = [];
        for (int i = op.Carries + op.Sequences; i < inputs.Length; i++)
        {
            before.SetView(op.Body.Inputs[i].Node, inputs[i]);
            constants.Add(op.Body.Inputs[i].Node);
        }

        foreach (Node product in op.Body.Reachable().Where(node => node.Op is MatMulOp))
        {
            Node factor = product.Inputs[1];
            while (factor.Op is BroadcastOp broadcast && broadcast.Axes.All(axis => axis < factor.Shape.Rank - 2))
            {
                factor = factor.Inputs[0];
            }

            if (!found.ContainsKey(factor) && factor.Shape.Rank >= 2 && factor.Shape.Count >= FewestFloats && constants.Contains(SourceOf(factor)))
            {
                View view = before.Operand(factor);
                found[factor] = LiesWell(view) ? view : Copy(before, factor);
            }
        }

        return found;
    }

    private static Node SourceOf(Node node)
    {
        while (node.Op.IsMove)
        {
            node = node.Inputs[0];
        }

        return node;
    }

    private static bool LiesWell(View view)
    {
        Place place = view.Place.Resolve();
        long first = place.Offset + (place.Storage.Kind == StorageKind.Bound ? place.Storage.Offset : 0);
        return view.Strides[view.Strides.Count - 1] == 1 && view.Strides[view.Strides.Count - 2] % MemoryPlan.Alignment == 0 && first % MemoryPlan.Alignment == 0;
    }

    private static View Copy(Lowering before, Node factor)
    {
        int[] strides = new int[factor.Shape.Rank];
        strides[^1] = 1;
        int step = (int)MemoryPlan.Align(factor.Shape[-1]);
        for (int axis = strides.Length - 2; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= factor.Shape[axis];
        }

        View view = new(before.Scratch($"%{factor.Id} factor", step), EquatableArray.Create<int>(strides));
        before.Write(factor, view);
        return view;
    }
}
