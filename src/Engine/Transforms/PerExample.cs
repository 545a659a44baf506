using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// The clipped sum of per-unit gradients, where a unit is what privacy protects: one example, or one task. Gradients are differentiated and batched
/// in one graph; where a gradient is a sum of products, its norm comes from the factors and the sum is one contraction over all units, so that no
/// per-unit gradient is formed (<see cref="ContractionMatcher"/>, <see cref="ContractionCost"/>).
/// </summary>
/// <remarks>
/// From a computation of one unit, arguments as given and results [objective, extras…] (scalars), it makes one of the same arguments, data with the unit axis
/// in front, followed by the mask [unit] of 0 and 1 and, if asked for, the clip norm. Results, in order: for each parameter
/// <c>Σ c_u·g_u</c> with <c>c_u = min(1, C/‖g_u‖)</c> over the norm of all parameters together; the objective's and each extra's sum over units that
/// count; the numbers of real units, of clipped units, and of units left out because their objective or gradient is not finite.
/// <list type="table">
/// <item><term>mask 0 (padding)</term><description>contributes exactly 0 to every result, whatever its data</description></item>
/// <item><term>NaN or ∞ in objective, gradient or squared norm</term><description>contributes exactly 0 to all sums; counted</description></item>
/// <item><term>gradient 0</term><description>contributes 0; factor 1</description></item>
/// <item><term>groups of parameters</term><description>each has its own norm, clip norm and factor; a unit counts as clipped where any group was</description></item>
/// <item><term>normalised</term><description><c>c_u = C/(‖g_u‖ + γ)</c>; a unit counts as clipped where ‖g_u‖ + γ &gt; C, that is, where it was shortened</description></item>
/// <item><term>not clipped (<see cref="PerExampleClip.None"/>)</term><description>only the objective is looked at; no norm is computed</description></item>
/// </list>
/// Sums of objectives and counts depend on every unit without bound: they are for the owner of the data, not for release.
/// </remarks>
internal static class PerExample
{
    /// <summary>Builds the computation.</summary>
    /// <param name="unit">One unit's objective and extras.</param>
    /// <param name="options">Roles, axis, clipping.</param>
    /// <exception cref="ShapeException">A result is no scalar.</exception>
    public static Computation Of(Computation unit, PerExampleOptions options)
    {
        Computation batch = Batched(unit, options);
        Graph graph = batch.Outputs[0].Graph;
        int extras = unit.Outputs.Count;
        Tensor[] values = [.. batch.Outputs.Take(extras)];
        ContractionMatcher matcher = new(options.Units, ContractionMatcher.Standing(batch));
        PerExampleGradient[] gradients = [.. batch.Outputs.Skip(extras).Select(gradient =>
        {
            using Graph.LocationScope scope = graph.At(gradient.Node.Where);
            return PerExampleGradient.Of(gradient, options.Units, matcher, options);
        })];

        using Graph.LocationScope where = graph.At(unit.Outputs[0].Node.Where);
        List<Tensor> inputs = [.. batch.Inputs];
        Tensor mask = Input(inputs, graph, "mask", new Shape(options.Units));
        PerExampleBound[] bounds = Bounds(options, inputs, graph, mask);
        Tensor real = mask > 0.5;
        Tensor[] norms = [.. bounds.Select((_, group) => Norms([.. gradients.Where((_, parameter) => Group(options, parameter) == group)], options))];
        Tensor finite = norms.Aggregate(Finite(values[0]), (all, norm) => all * Finite(norm));
        Tensor keep = real * finite;
        Tensor clipped = bounds.Length > 0 ? keep * bounds.Select((bound, group) => bound.Exceeded(norms[group])).Aggregate(Tensor.Max) : keep.Fill(0);
        PerExampleWeights[] weights = bounds.Length > 0
            ? [.. bounds.Select((bound, group) => new PerExampleWeights(keep, bound.Factor(norms[group])))]
            : [new PerExampleWeights(keep, null)];

        List<Tensor> outputs = [];
        if (options.Lattice is { } lattice)
        {
            Tensor[] whole = [.. gradients.Select((gradient, parameter) => lattice.Round(((PerExampleFormed)gradient).Contributions(weights[Group(options, parameter)])))];
            Tensor within = lattice.IsWithin(whole, options.Rounding);
            finite *= within;
            keep *= within;
            clipped *= within;
            outputs.AddRange(whole.Select(numbers => PerExampleLattice.Sum(numbers, within)));
        }
        else
        {
            outputs.AddRange(gradients.Select((gradient, parameter) => gradient.Sum(weights[Group(options, parameter)])));
        }

        outputs.AddRange(values.Select(value => Tensor.Select(keep * Finite(value), value, value.Fill(0)).Sum()));
        outputs.AddRange([real.Sum(), clipped.Sum(), (real * (1.0 - finite)).Sum()]);
        if (options.WithNorms)
        {
            outputs.AddRange(norms);
        }

        return Computation.Of(graph, inputs, outputs);
    }

    /// <summary>How each group of parameters is bounded; empty without a clip.</summary>
    private static PerExampleBound[] Bounds(PerExampleOptions options, List<Tensor> inputs, Graph graph, Tensor mask) => options.Clip switch
    {
        PerExampleClip.None => [],
        PerExampleClip.Argument => [new(Input(inputs, graph, "clipNorm", Shape.Scalar), null)],
        PerExampleClip.Normalized => [new(mask.Constant(options.ClipNorm), options.Stabilizer)],
        _ when options.GroupNorms.Count > 0 => [.. options.GroupNorms.Select(norm => new PerExampleBound(mask.Constant(norm), null))],
        _ => [new(mask.Constant(options.ClipNorm), null)],
    };

    private static int Group(PerExampleOptions options, int parameter) => options.Groups.Count == 0 ? 0 : options.Groups[parameter];

    /// <summary>[objective, extras…, gradients…] for every unit, from one graph: forward and backward share their nodes.</summary>
    private static Computation Batched(Computation unit, PerExampleOptions options)
    {
        foreach (Tensor output in unit.Outputs)
        {
            if (output.Shape.Rank != 0)
            {
                throw new ShapeException(
                    $"PerExample: objective and extras of one {options.Units.Label} must be scalars; got {output.Shape}. Sum or average them first.{output.Node.Where}");
            }
        }

        Graph graph = new();
        Tensor[] inputs = unit.CopyInputs(graph);
        Tensor[] values = unit.Inline(graph, inputs);
        Tensor[] gradients = Grad.Of(values[0], options.Parameters.Select(index => inputs[index]).ToArray());
        bool[] data = [.. Enumerable.Range(0, inputs.Length).Select(index => !options.Parameters.Contains(index) && !options.Shared.Contains(index))];
        return Vmap.Of(Computation.Of(graph, inputs, [.. values, .. gradients]), options.Units, data);
    }

    /// <summary>[unit]: norms over parameters together, rounded up.</summary>
    private static Tensor Norms(PerExampleGradient[] gradients, PerExampleOptions options)
    {
        Tensor? total = null;
        foreach (PerExampleGradient gradient in gradients)
        {
            Tensor square = gradient.SquaredNorm(options.Rounding);
            total = total is { } sum ? sum + square : square;
        }

        // Additions above, the root, and later norm + γ, C/norm and the product with a gradient, each round once.
        double slack = 1 + options.Rounding.Gamma(gradients.Length + 8);
        return (total!.Value * slack).Sqrt() * slack;
    }

    /// <summary>1 where a number is finite, else 0.</summary>
    private static Tensor Finite(Tensor value) => (value > -float.MaxValue) * (value < float.MaxValue);

    private static Tensor Input(List<Tensor> inputs, Graph graph, string label, Shape shape)
    {
        Tensor input = new(graph.Add(new InputOp(inputs.Count, label, shape)));
        inputs.Add(input);
        return input;
    }
}
