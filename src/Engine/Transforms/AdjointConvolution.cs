using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// The input's derivative of a convolution that moves by one: <c>slice(fold(fold(G·Wᵀ)))</c> forms what every window gives back, writes it, and adds up
/// where windows overlap. The same numbers are one convolution of G, padded, with the kernel's elements in opposite order (Dumoulin and Visin 2016,
/// section 4), whose windows the product reads where they lie. With weights of each unit's own, as after an inner step, it is one convolution a unit. Applied last, when
/// nothing will be differentiated any more.
/// </summary>
internal static class AdjointConvolution
{
    // Windows without padding give back to more places than there are windows; beyond this, adding up is less work.
    private const double MostWork = 1.35;

    /// <summary>The computation with such derivatives as convolutions.</summary>
    public static Computation Of(Computation computation)
    {
        // Slices first: what they cut off is then never computed.
        Computation sliced = Rewrite(computation, static node => node.Op is SliceOp slice ? Match(node.Inputs[0], slice) : null);
        return Rewrite(sliced, static node => node.Op is FoldOp ? Match(node, null) : null);
    }

    private static Computation Rewrite(Computation computation, Func<Node, Tensor?> rule)
    {
        Graph graph = new();
        Dictionary<Node, Node> map = [];
        Tensor[] inputs = computation.CopyInputs(graph);
        for (int i = 0; i < inputs.Length; i++)
        {
            map[computation.Inputs[i].Node] = inputs[i].Node;
        }

        foreach (Node node in computation.Reachable())
        {
            if (!map.ContainsKey(node))
            {
                using Graph.LocationScope scope = graph.At(node.Where);
                Node copy = graph.Add(node.Op, [.. node.Inputs.ToArray().Select(input => map[input])]);
                map[node] = rule(copy)?.Node ?? copy;
            }
        }

        return Computation.Of(graph, inputs, [.. computation.Outputs.Select(output => new Tensor(map[output.Node]))]);
    }

    /// <summary>The convolution that equals a chain of folds, cut as <paramref name="slice"/> says; null where it is none.</summary>
    private static Tensor? Match(Node folded, SliceOp? slice)
    {
        List<FoldOp> folds = [];
        Node node = folded;
        for (; node.Op is FoldOp { Step: 1 } fold; node = node.Inputs[0])
        {
            folds.Add(fold);
        }

        int axes = folds.Count;
        if (axes == 0 || node.Op is not TransposeOp move || node.Inputs[0].Op is not ReshapeOp windows
            || node.Inputs[0].Inputs[0] is not { Op: MatMulOp, Shape.Rank: 2 or 3 } product)
        {
            return null;
        }

        int first = folds[0].Axis;
        Shape shape = windows.Target; // [outer…, position…, element…, channel]
        bool units = product.Shape.Rank == 3; // each with weights of its own
        bool fits = (!units || (first > 0 && shape[0] == product.Shape[0])) && shape.Rank == first + (2 * axes) + 1 && folds.All(fold => fold.Size == shape[first + axes + fold.Axis - first])
            && folds.Select((fold, i) => fold.Axis == first + i).All(same => same) && folds.Any(fold => fold.Size > 1)
            && move.Order.SequenceEqual([.. Enumerable.Range(0, first + axes), shape.Rank - 1, .. Enumerable.Range(first + axes, axes)])
            && shape.Sizes.Skip(first + axes).Aggregate(1, (a, b) => a * b) == product.Shape[-1];
        if (!fits || Cut(folds, shape, slice) is not var (starts, counts))
        {
            return null;
        }

        Tensor weight = new Tensor(product.Inputs[1]).SwapLast();
        return Convolve(new Tensor(product.Inputs[0]), weight, folds, shape, starts, counts);
    }

    /// <summary>First position and number of positions wanted along each spatial axis; null where a convolution can't give them, or not cheaply.</summary>
    private static (int[] Starts, int[] Counts)? Cut(List<FoldOp> folds, Shape windows, SliceOp? slice)
    {
        int first = folds[0].Axis;
        int[] starts = [.. folds.Select(fold => slice?.Starts[fold.Axis] ?? 0)];
        int[] counts = [.. folds.Select(fold => slice?.Counts[fold.Axis] ?? fold.Length)];
        double work = 1;
        for (int i = 0; i < starts.Length; i++)
        {
            int reach = (folds[i].Size - 1) * folds[i].Dilation;
            if (starts[i] > reach || counts[i] < 1 || counts[i] + starts[i] < windows[first + i])
            {
                return null;
            }

            work *= (double)counts[i] / windows[first + i];
        }

        bool whole = slice is null || Enumerable.Range(0, slice.Starts.Count).All(axis => (axis >= first && axis < first + starts.Length)
            || (slice.Starts[axis] == 0 && slice.Counts[axis] == (axis < first ? windows[axis] : windows[-1])));
        return whole && work <= MostWork ? (starts, counts) : null;
    }

    private static Tensor Convolve(Tensor gradient, Tensor weight, List<FoldOp> folds, Shape windows, int[] starts, int[] counts)
    {
        (int first, int axes, int filters) = (folds[0].Axis, folds.Count, gradient.Shape[-1]);
        Axis[] outer = [.. windows.Axes[..first]];
        Axis[] elements = [.. folds.Select(fold => new Axis(fold.Size))];
        Axis channel = windows.Axes[^1];
        int[] before = new int[first + axes + 1];
        int[] after = new int[first + axes + 1];
        for (int i = 0; i < axes; i++)
        {
            int reach = (folds[i].Size - 1) * folds[i].Dilation;
            before[first + i] = reach - starts[i];
            after[first + i] = counts[i] + starts[i] - windows[first + i];
        }

        Tensor image = gradient.Reshape([.. windows.Axes[..(first + axes)], new Axis(filters)]).Add(new PadOp([.. before], [.. after], 0));
        for (int i = 0; i < axes; i++)
        {
            image = image.Unfold(first + i, folds[i].Size, 1, folds[i].Dilation);
        }

        int size = elements.Aggregate(1, (product, axis) => product * axis.Size);
        Tensor patches = image.MoveAxis(first + axes, first + (2 * axes));
        Axis[] kept = [.. outer, .. counts.Select(count => new Axis(count))];
        int rows = kept.Aggregate(1, (product, axis) => product * axis.Size);
        Axis[] units = [.. weight.Shape.Axes[..(weight.Shape.Rank - 2)]];
        Tensor turned = weight.Reshape([.. units, .. elements, channel, new Axis(filters)]).Flip([.. Enumerable.Range(units.Length, axes)]).SwapLast();
        Axis each = new(units.Aggregate(rows, (all, unit) => all / unit.Size));
        return patches.Reshape([.. units, each, new Axis(size * filters)]).MatMul(turned.Reshape([.. units, new Axis(size * filters), channel])).Reshape([.. kept, channel]);
    }
}
