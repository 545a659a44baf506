using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>The walk of an <see cref="IsolationCheck"/> over one computation, and over the bodies of its scans.</summary>
/// <param name="label">What a row is.</param>
/// <param name="rows">Number of rows.</param>
internal sealed class IsolationWalk(string label, int rows)
{
    /// <summary>What each result knows of the rows, from what each argument does.</summary>
    public IsolationFlow[] Run(Computation computation, IReadOnlyList<IsolationFlow> inputs)
    {
        Dictionary<Node, IsolationFlow> flows = [];
        Dictionary<Node, IsolationFlow[]> items = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            flows[computation.Inputs[i].Node] = inputs[i];
        }

        foreach (Node node in computation.Reachable())
        {
            if (flows.ContainsKey(node))
            {
                continue;
            }

            if (node.Op is ScanOp scan)
            {
                items[node] = OfScan(scan, node, [.. node.Inputs.ToArray().Select(input => flows[input])]);
                flows[node] = IsolationFlow.Shared;
            }
            else
            {
                flows[node] = node.Op is ItemOp item
                    ? items[node.Inputs[0]][item.Index]
                    : Of(node, [.. node.Inputs.ToArray().Select(input => flows[input])]);
            }
        }

        return [.. computation.Outputs.Select(output => flows[output.Node])];
    }

    /// <summary>Op, attributes and shapes, for messages.</summary>
    public static string Show(Node node) => $"{node.Op.Describe()} of {string.Join(" and ", node.Inputs.ToArray().Select(input => input.Shape))}";

    private IsolationFlow Of(Node node, IsolationFlow[] inputs)
    {
        if (inputs.All(input => input.IsShared))
        {
            return IsolationFlow.Shared;
        }

        IsolationFlow[] sums = [.. inputs.Where(input => input.Sum is not null)];
        if (inputs.All(input => input.Place is null))
        {
            return Worst(sums);
        }

        if (sums.Length > 0)
        {
            throw Joins(node, inputs, sums[0].Sum!);
        }

        RowFlow flow = node.Op.FollowRows(new RowFlowContext(node, [.. inputs.Select(input => input.Place)], rows));
        if (flow.Mixing is { } reason)
        {
            throw Mixes(node, inputs, reason);
        }

        // A clip holds through moves only; whatever else is done to clipped rows may enlarge them.
        bool bounded = inputs.Any(input => input.Bounded);
        return flow.Place is { } place
            ? new(place, null, node.Op is StopGradientOp { Bounded: true } || (bounded && node.Op is ReshapeOp or TransposeOp))
            : new(null, node, bounded);
    }

    private IsolationFlow[] OfScan(ScanOp scan, Node node, IsolationFlow[] inputs)
    {
        IsolationFlow[] arguments = [.. inputs];
        for (int i = scan.Carries; i < scan.Carries + scan.Sequences; i++)
        {
            if (inputs[i].Place is { Axis: 0 })
            {
                throw Mixes(node, inputs, $"the recurrence runs along axis {label}, so that each row sees those before it. Let it run along a sequence inside one {label}");
            }

            arguments[i] = inputs[i].Shift(-1);
        }

        // What a step leaves flows into the next one, until nothing new comes.
        IsolationFlow[] results;
        bool changed;
        do
        {
            results = Run(scan.Body, arguments);
            changed = false;
            for (int carry = 0; carry < scan.Carries; carry++)
            {
                IsolationFlow joined = Join(node, arguments, arguments[carry], results[carry]);
                changed |= joined != arguments[carry];
                arguments[carry] = joined;
            }
        }
        while (changed);

        return [.. arguments[..scan.Carries], .. results[scan.Carries..].Select(flow => flow.Shift(1)), .. arguments[..scan.Carries].Select(flow => flow.Shift(1))];
    }

    private IsolationFlow Join(Node node, IsolationFlow[] inputs, IsolationFlow before, IsolationFlow after)
    {
        if (before.IsShared || after.IsShared)
        {
            return before.IsShared ? after : before;
        }

        if (before.Place is null && after.Place is null)
        {
            return Worst([before, after]);
        }

        if (before.Place == after.Place)
        {
            return before with { Bounded = false };
        }

        throw (before.Sum ?? after.Sum) is { } sum
            ? Joins(node, inputs, sum)
            : Mixes(node, inputs, "a step leaves the rows of a carry on another axis than it found them. Keep them in place");
    }

    private static IsolationFlow Worst(IsolationFlow[] sums) => sums.FirstOrDefault(sum => !sum.Bounded) is { Sum: not null } unbounded ? unbounded : sums[0];

    private IsolationException Joins(Node node, IsolationFlow[] inputs, Node sum) => new(
        $"Isolation: {Describe(node, inputs)} lets each {label} see a sum over all of them, made by {Show(sum)}{sum.Where}. "
        + $"Reduce inside one {label} instead; in place of batch normalisation take GroupNorm or LayerNorm.{node.Where}");

    private IsolationException Mixes(Node node, IsolationFlow[] inputs, string reason) =>
        new($"Isolation: {Describe(node, inputs)} mixes rows of axis {label}: {reason}.{node.Where}");

    /// <summary>The op with its inputs' shapes, the rows' axis labelled.</summary>
    private string Describe(Node node, IsolationFlow[] inputs)
    {
        string Shown(Shape shape, RowFlowPlace? place) =>
            (place is { Outer: 1, Inner: 1, Axis: var axis } && axis < shape.Rank ? shape.With(axis, new Axis(shape[axis], label)) : shape).ToString();
        return $"{node.Op.Describe()} of {string.Join(" and ", node.Inputs.ToArray().Select((input, i) => Shown(input.Shape, inputs[i].Place)))}";
    }
}
