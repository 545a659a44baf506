using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Decides which element-wise values get a place in memory; all others are computed inside whoever reads them. A value gets a place when
/// <list type="bullet">
/// <item>a kernel that needs memory reads it (matmul, gather, a result) besides others;</item>
/// <item>several kernels read it and recomputing it is not cheap;</item>
/// <item>a maximum is taken of it and others read it: derivatives compare values with their maximum, so all must see the same bits;</item>
/// <item>it is read repeatedly (through a broadcast or window) and is not cheap;</item>
/// <item>the kernel it would join would get too many inputs or steps.</item>
/// </list>
/// Cheap is: at most <see cref="CheapOps"/> operations on memory, none of them a division or a transcendental function.
/// </summary>
internal sealed class Fusion
{
    private const int CheapOps = 3;
    private const int MaximumInputs = 10;
    private const int MaximumOps = 64;
    private const int MaximumReaders = 8;

    private static readonly HashSet<MapOp> Expensive = [MapOp.Exp, MapOp.Log, MapOp.Sqrt, MapOp.Rsqrt, MapOp.Tanh, MapOp.Sigmoid, MapOp.Erf, MapOp.Div];

    private readonly Dictionary<Node, Use> _uses = [];
    private readonly Dictionary<Node, Cost> _costs = [];
    private readonly HashSet<Node> _roots = [];
    private readonly Concatenations _concatenations;

    private Fusion(Concatenations concatenations) => _concatenations = concatenations;

    /// <summary>The maps that get a place in memory.</summary>
    /// <param name="nodes">All nodes, inputs before users.</param>
    /// <param name="results">The results, which need one.</param>
    /// <param name="concatenations">Sums that are written part by part; they get a place, too.</param>
    public static IReadOnlySet<Node> Roots(IReadOnlyList<Node> nodes, IReadOnlyList<Tensor> results, Concatenations concatenations)
    {
        Fusion fusion = new(concatenations);
        fusion._roots.UnionWith(nodes.Where(concatenations.Contains));

        // First what must have a place; what else should have one depends on costs, which end at those places.
        fusion.Round(nodes, results, compulsory: true);
        fusion.Round(nodes, results, compulsory: false);
        return fusion._roots;
    }

    private void Round(IReadOnlyList<Node> nodes, IReadOnlyList<Tensor> results, bool compulsory)
    {
        _uses.Clear();
        Limit(nodes);
        foreach (Tensor result in results)
        {
            Use use = UseOf(result.Node);
            use.Readers.Add(result.Node);
            use.NeedsMemory = true;
        }

        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            Decide(nodes[i], compulsory);
        }
    }

    /// <summary>Forwards: what each map would cost if all maps before it joined it; cuts where that gets too large.</summary>
    private void Limit(IReadOnlyList<Node> nodes)
    {
        foreach (Node node in nodes)
        {
            if (node.Op is MapOp op && !_concatenations.Contains(node) && !_concatenations.Absorbs(node))
            {
                Cost cost = Sum(node, op);
                while (cost.Leaves.Count > MaximumInputs || cost.Ops > MaximumOps)
                {
                    Node largest = node.Inputs.ToArray().Select(Source).Where(source => source.Op is MapOp && !_roots.Contains(source))
                        .MaxBy(source => _costs[source].Ops)!;
                    _roots.Add(largest);
                    cost = Sum(node, op);
                }

                _costs[node] = cost;
            }
        }
    }

    private Cost Sum(Node node, MapOp op)
    {
        Cost cost = new(1, Expensive.Contains(op), []);
        foreach (Node input in node.Inputs.ToArray().Distinct())
        {
            Node source = Source(input);
            if (source.Op is MapOp && !_roots.Contains(source))
            {
                Cost part = _costs[source];
                cost = new(cost.Ops + part.Ops, cost.IsExpensive | part.IsExpensive, cost.Leaves);
                cost.Leaves.UnionWith(part.Leaves);
            }
            else if (source.Op is not ConstantOp)
            {
                cost.Leaves.Add(input);
            }
        }

        return cost;
    }

    private void Decide(Node node, bool compulsory)
    {
        if (!_uses.TryGetValue(node, out Use? use))
        {
            return;
        }

        if (_concatenations.Contains(node))
        {
            foreach ((Node value, _) in _concatenations.Parts(node))
            {
                UseOf(value).Readers.Add(node);
            }

            return;
        }

        if (node.Op is MapOp)
        {
            Cost cost = _costs[node];
            bool cheap = !cost.IsExpensive && cost.Ops <= CheapOps;
            bool wasteful = (!cheap && (use.Readers.Count > 1 || use.Repeats)) || use.Readers.Count > MaximumReaders;
            if (use.NeedsMemory || (use.IsCompared && use.Readers.Count > 1) || (wasteful && !compulsory))
            {
                _roots.Add(node);
            }
        }

        bool joins = (node.Op is MapOp && !_roots.Contains(node)) || node.Op.IsMove;
        foreach (Node input in node.Inputs)
        {
            Use below = UseOf(input);
            if (joins)
            {
                below.Readers.UnionWith(use.Readers);
                below.Repeats |= use.Repeats || (node.Op.IsMove && node.Shape.Count > input.Shape.Count);
                below.NeedsMemory |= use.NeedsMemory && node.Op.IsMove;
                below.IsCompared |= use.IsCompared && node.Op.IsMove;
            }
            else
            {
                below.Readers.Add(node);
                below.IsCompared |= node.Op is MaxOverOp;
                below.NeedsMemory |= node.Op is not (MapOp or SumOp or MaxOverOp or PadOp) && !ScanLowering.TurnsItself(node, input);
            }
        }
    }

    private Use UseOf(Node node)
    {
        if (!_uses.TryGetValue(node, out Use? use))
        {
            _uses[node] = use = new Use();
        }

        return use;
    }

    private static Node Source(Node node)
    {
        while (node.Op.IsMove)
        {
            node = node.Inputs[0];
        }

        return node;
    }

    private sealed class Use
    {
        public HashSet<Node> Readers { get; } = [];

        public bool NeedsMemory { get; set; }

        public bool IsCompared { get; set; }

        public bool Repeats { get; set; }
    }

    private sealed record Cost(int Ops, bool IsExpensive, HashSet<Node> Leaves);
}
