using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Transforms;

/// <summary>The graph a simplification builds: nodes go in through the rules.</summary>
internal sealed class SimplifyGraph(bool final)
{
    private readonly Graph _graph = new();

    /// <summary>Whether nothing will be differentiated any more.</summary>
    public bool IsFinal { get; } = final;

    /// <summary>Copies a computation through the rules.</summary>
    public Computation Rewrite(Computation computation)
    {
        List<Node> nodes = computation.Reachable();
        Dictionary<Node, Node> map = [];
        Tensor[] inputs = computation.CopyInputs(_graph);
        for (int i = 0; i < inputs.Length; i++)
        {
            map[computation.Inputs[i].Node] = inputs[i].Node;
        }

        SimplifyScans scans = new(nodes);
        foreach (Node node in nodes)
        {
            if (map.ContainsKey(node))
            {
                continue;
            }

            using Graph.LocationScope scope = _graph.At(node.Where);
            Node[] arguments = [.. node.Inputs.ToArray().Select(input => map[input])];
            map[node] = node.Op switch
            {
                ScanOp scan => scans.Prune(this, node, scan, arguments),
                ItemOp item => Make(new ItemOp(scans.Index(node.Inputs[0], item.Index)), arguments),
                _ => Make(node.Op, arguments),
            };
        }

        return Computation.Of(_graph, inputs, [.. computation.Outputs.Select(output => new Tensor(map[output.Node]))]);
    }

    /// <summary>The simplest known form of <c>op(inputs)</c>.</summary>
    public Node Make(Op op, params ReadOnlySpan<Node> inputs)
    {
        foreach (Simplify.Rule rule in Simplify.Rules)
        {
            if (rule(this, op, inputs) is { } simpler)
            {
                return simpler;
            }
        }

        return _graph.Add(op, inputs);
    }

    /// <summary>A value of one number everywhere.</summary>
    public Node Fill(Shape shape, double value)
    {
        Node constant = _graph.Add(new ConstantOp(value));
        return shape.Rank == 0 ? constant : _graph.Add(Broadcast(shape, Enumerable.Range(0, shape.Rank)), constant);
    }

    /// <summary>The same elements under other axes.</summary>
    public Node Reshape(Node node, Shape shape) => Make(new ReshapeOp(shape), node);

    /// <summary>The broadcast that gives <paramref name="shape"/> its axes at the given places.</summary>
    public static BroadcastOp Broadcast(Shape shape, IEnumerable<int> axes)
    {
        int[] list = [.. axes];
        return new BroadcastOp(
            [.. list], list.Select(axis => shape[axis]).ToEquatableArray(), list.Select(axis => shape.Label(axis) ?? string.Empty).ToEquatableArray());
    }

    /// <summary>The number a value has everywhere, or null.</summary>
    public static double? ConstantOf(Node node)
    {
        Node source = node.Op is BroadcastOp ? node.Inputs[0] : node;
        return source.Op is ConstantOp constant ? constant.Value : null;
    }
}
