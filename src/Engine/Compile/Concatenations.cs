using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Sums of values that are padded with zeros so that each fills a place of its own: what a concatenation is written as, and what the derivatives of slices
/// add up to. Such a sum is one buffer into which each part is written once; nothing is filled and nothing added.
/// </summary>
internal sealed class Concatenations
{
    private readonly Dictionary<Node, IReadOnlyList<(Node Value, int Start)>> _parts = [];
    private readonly Dictionary<Node, int> _axes = [];
    private readonly HashSet<Node> _absorbed = [];
    private readonly Dictionary<Node, int> _readers = [];

    /// <summary>Finds them among the nodes of a computation.</summary>
    /// <param name="nodes">All nodes, inputs before users.</param>
    /// <param name="results">The results, which are read, too.</param>
    public Concatenations(IReadOnlyList<Node> nodes, IReadOnlyList<Tensor> results)
    {
        foreach (Node node in nodes.SelectMany(node => node.Inputs.ToArray()).Concat(results.Select(result => result.Node)))
        {
            _readers[node] = _readers.GetValueOrDefault(node) + 1;
        }

        // From users to inputs: the largest sum first.
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            List<Node> pads = [];
            List<Node> within = [];
            if (nodes[i].Op == MapOp.Add && !_absorbed.Contains(nodes[i]) && Collect(nodes[i], pads, within) && AxisOf(nodes[i], pads) is { } axis)
            {
                _axes[nodes[i]] = axis;
                _parts[nodes[i]] = [.. pads.Select(pad => (pad.Inputs[0], ((PadOp)pad.Op).Before[axis]))];
                _absorbed.UnionWith(within);
            }
        }
    }

    /// <summary>Whether a value is such a sum.</summary>
    public bool Contains(Node node) => _parts.ContainsKey(node);

    /// <summary>Whether a value is only part of such a sum and lies nowhere itself.</summary>
    public bool Absorbs(Node node) => _absorbed.Contains(node);

    /// <summary>The parts of such a sum: their values, and where each begins along <see cref="Axis"/>.</summary>
    public IReadOnlyList<(Node Value, int Start)> Parts(Node node) => _parts[node];

    /// <summary>The axis along which the parts of such a sum lie.</summary>
    public int Axis(Node node) => _axes[node];

    /// <summary>Whether a sum consists of values padded with zeros that nobody else reads.</summary>
    private bool Collect(Node sum, List<Node> pads, List<Node> within)
    {
        foreach (Node input in sum.Inputs)
        {
            if (_readers[input] != 1)
            {
                return false;
            }

            within.Add(input);
            if (input.Op is PadOp { Value: 0 })
            {
                pads.Add(input);
            }
            else if (input.Op != MapOp.Add || !Collect(input, pads, within))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The one axis along which padded values lie side by side and leave nothing out; null when they do not.</summary>
    private static int? AxisOf(Node sum, List<Node> pads)
    {
        int axis = Enumerable.Range(0, sum.Shape.Rank).FirstOrDefault(candidate => pads[0].Inputs[0].Shape[candidate] != sum.Shape[candidate], -1);
        if (axis < 0)
        {
            return null;
        }

        int end = 0;
        foreach (Node pad in pads.OrderBy(pad => ((PadOp)pad.Op).Before[axis]))
        {
            Shape part = pad.Inputs[0].Shape;
            if (((PadOp)pad.Op).Before[axis] != end || Enumerable.Range(0, part.Rank).Any(other => other != axis && part[other] != sum.Shape[other]))
            {
                return null;
            }

            end += part[axis];
        }

        return end == sum.Shape[axis] ? axis : null;
    }
}
