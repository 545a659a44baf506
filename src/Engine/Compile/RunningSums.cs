using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Finds results that are an argument plus a scatter into a table, put where the argument lies: the gradient sum of an embedding over chunks. The scatter
/// then adds its few rows to the sum in place, and no table of zeros is written, filled and added.
/// </summary>
internal static class RunningSums
{
    /// <summary>The scatters that may add to memory, with the node whose value that memory then holds.</summary>
    /// <param name="computation">What is lowered.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="inputs">Where each argument lies.</param>
    /// <param name="outputs">Where each result goes.</param>
    public static IReadOnlyDictionary<Node, (Node Sum, Place Place)> Find(
        Computation computation, IReadOnlyList<Node> nodes, View[] inputs, Place?[] outputs)
    {
        Dictionary<Node, (Node Sum, Place Place)> found = [];
        Dictionary<Node, int> readers = Readers(computation, nodes, outputs);
        for (int i = 0; i < outputs.Length; i++)
        {
            Node sum = computation.Outputs[i].Node;
            if (outputs[i] is not { } place || sum.Op is not MapOp op || !ReferenceEquals(op, MapOp.Add) || readers[sum] != 1)
            {
                continue;
            }

            for (int side = 0; side < 2; side++)
            {
                if (Scatter(sum.Inputs[side], readers) is { } scatter && IsOldValue(sum.Inputs[1 - side], place))
                {
                    found[scatter] = (sum, place);
                    break;
                }
            }
        }

        return found;

        // The argument that lies in the result's place; nothing else may read there, as it might read too late.
        bool IsOldValue(Node node, Place place)
        {
            int argument = computation.Inputs.ToList().FindIndex(input => input.Node == node);
            return argument >= 0 && readers[node] == 1 && inputs[argument].IsRowMajor(node.Shape)
                && Range(place) is { } range && Range(inputs[argument].Place) == range
                && inputs.Where((_, other) => other != argument).All(other => !Overlap(Range(other.Place), Range(place)));
        }
    }

    /// <summary>The scatter that a value is, but for its shape, if nobody else reads it.</summary>
    private static Node? Scatter(Node node, Dictionary<Node, int> readers)
    {
        while (node.Op is ReshapeOp && readers[node] == 1)
        {
            node = node.Inputs[0];
        }

        return node.Op is ScatterAddOp && node.Shape.Count > 0 && readers[node] == 1 ? node : null;
    }

    private static Dictionary<Node, int> Readers(Computation computation, IReadOnlyList<Node> nodes, Place?[] outputs)
    {
        Dictionary<Node, int> readers = nodes.ToDictionary(node => node, _ => 0);
        foreach (Node input in nodes.SelectMany(node => node.Inputs.ToArray()))
        {
            readers[input]++;
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is not null)
            {
                readers[computation.Outputs[i].Node]++;
            }
        }

        return readers;
    }

    /// <summary>Where a caller's buffer lies; null for other memory.</summary>
    private static (Region Region, long First, long Size)? Range(Place place)
    {
        Place resolved = place.Resolve();
        Storage storage = resolved.Storage;
        return storage.Kind == StorageKind.Bound && resolved.Steps.Count == 0 ? (storage.Region, storage.Offset + resolved.Offset, storage.Size) : null;
    }

    /// <summary>Whether two ranges may share an element; what is no caller's buffer is taken to.</summary>
    private static bool Overlap((Region Region, long First, long Size)? x, (Region Region, long First, long Size)? y) =>
        x is not { } a || y is not { } b || (a.Region == b.Region && a.First < b.First + b.Size && b.First < a.First + a.Size);
}
