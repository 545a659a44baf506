using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Scans lose what nobody reads: results, carries that only feed themselves, and inputs the rest does not need. Their bodies are
/// simplified.
/// </summary>
internal sealed class SimplifyScans
{
    private readonly Dictionary<Node, HashSet<int>> _read = [];
    private readonly Dictionary<Node, Dictionary<int, int>> _indices = [];

    /// <summary>Looks at which items of each scan are read.</summary>
    public SimplifyScans(IReadOnlyList<Node> nodes)
    {
        foreach (Node node in nodes)
        {
            if (node.Op is ScanOp)
            {
                _read[node] = [];
            }
            else if (node.Op is ItemOp item)
            {
                _read[node.Inputs[0]].Add(item.Index);
            }
        }
    }

    /// <summary>The number an item has after pruning.</summary>
    public int Index(Node scan, int index) => _indices[scan][index];

    /// <summary>The scan without what nobody reads.</summary>
    public Node Prune(SimplifyGraph graph, Node node, ScanOp op, Node[] arguments)
    {
        Computation body = Simplify.Of(op.Body, graph.IsFinal);
        HashSet<int> read = _read[node];
        int[] results = [.. Enumerable.Range(op.Carries, op.Results).Where(read.Contains)];
        HashSet<int> carries = [.. Enumerable.Range(0, op.Carries).Where(carry => read.Contains(carry) || read.Contains(op.History(carry)))];
        HashSet<Node> needed;
        int before;
        do
        {
            before = carries.Count;
            needed = Needed(body, carries.Order().Concat(results));
            carries.UnionWith(Enumerable.Range(0, op.Carries).Where(carry => needed.Contains(body.Inputs[carry].Node)));
        }
        while (carries.Count > before);

        int[] kept = [.. Enumerable.Range(0, arguments.Length).Where(i => carries.Contains(i) || (i >= op.Carries && needed.Contains(body.Inputs[i].Node)))];
        Computation smaller = Computation.Of(
            body.Graph, [.. kept.Select(i => body.Inputs[i])], [.. carries.Order().Concat(results).Select(index => body.Outputs[index])]);
        ScanOp pruned = op with
        {
            Body = smaller,
            Carries = carries.Count,
            Sequences = kept.Count(i => i >= op.Carries && i < op.Carries + op.Sequences),
        };
        Number(node, op, pruned, [.. carries.Order()], results);
        return graph.Make(pruned, [.. kept.Select(i => arguments[i])]);
    }

    private void Number(Node node, ScanOp op, ScanOp pruned, int[] carries, int[] results)
    {
        Dictionary<int, int> indices = _indices[node] = [];
        for (int i = 0; i < carries.Length; i++)
        {
            indices[carries[i]] = i;
            indices[op.History(carries[i])] = pruned.History(i);
        }

        for (int i = 0; i < results.Length; i++)
        {
            indices[results[i]] = carries.Length + i;
        }
    }

    private static HashSet<Node> Needed(Computation body, IEnumerable<int> outputs)
    {
        HashSet<Node> needed = [];
        Stack<Node> open = new(outputs.Select(index => body.Outputs[index].Node));
        while (open.TryPop(out Node? node))
        {
            if (needed.Add(node))
            {
                foreach (Node input in node.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return needed;
    }
}
