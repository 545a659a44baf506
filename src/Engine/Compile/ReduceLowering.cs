using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>Reductions: the maps in front of one become its prologue.</summary>
internal static class ReduceLowering
{
    /// <summary>Reduces the node's input over <paramref name="axes"/>.</summary>
    public static void Lower(Lowering lowering, Node node, EquatableArray<int> axes, ReduceKind kind)
    {
        Node input = node.Inputs[0];
        float empty = kind == ReduceKind.Sum ? 0 : float.NegativeInfinity;
        if (node.Shape.Count == 0 || input.Shape.Count == 0)
        {
            FillResult(lowering, node, empty);
            return;
        }

        int[] kept = [.. Enumerable.Range(0, input.Shape.Rank).Where(axis => !axes.Contains(axis))];
        (KernelBody body, Domain domain, int step) = lowering.Build(input, [.. kept, .. axes]);
        if (body.Places.Count == 0 && body.ConstantOf(step) is { } constant)
        {
            FillResult(lowering, node, kind == ReduceKind.Sum ? constant * (input.Shape.Count / node.Shape.Count) : constant);
            return;
        }

        int keptFactors = domain.Axes.Count(axis => !axes.Contains(axis));
        int[] output = OutputStrides(domain, keptFactors);
        (int[] keptExtents, int[][] keptStrides) = StrideLists.Coalesce(
            [.. domain.Extents.Take(keptFactors)], [.. body.Strides.Select(strides => strides[..keptFactors]), output]);
        (int[] reducedExtents, int[][] reducedStrides) = StrideLists.Coalesce(
            [.. domain.Extents.Skip(keptFactors)], [.. body.Strides.Select(strides => strides[keptFactors..])]);
        ReduceSpec spec = new(
            EquatableArray.Create<int>(keptExtents),
            EquatableArray.Create<int>(reducedExtents),
            body.Strides.Select((_, i) => EquatableArray.Create<int>([.. keptStrides[i], .. reducedStrides[i]])).ToEquatableArray(),
            EquatableArray.Create<int>(keptStrides[^1]),
            body.Program(step),
            kind);
        View result = lowering.Result(node);
        lowering.Call(spec, $"{node.Op.Name} {body.Names}".TrimEnd(), [.. body.Places, result.Place]);
    }

    private static void FillResult(Lowering lowering, Node node, float value)
    {
        View result = lowering.Result(node);
        if (node.Shape.Count > 0)
        {
            lowering.Fill(node.Shape, result, value);
        }
    }

    /// <summary>Row-major strides over the kept factors, which come first and in the order of the result's axes.</summary>
    private static int[] OutputStrides(Domain domain, int keptFactors)
    {
        int[] strides = new int[keptFactors];
        int stride = 1;
        for (int factor = keptFactors - 1; factor >= 0; factor--)
        {
            strides[factor] = stride;
            stride *= domain.Extents[factor];
        }

        return strides;
    }
}
