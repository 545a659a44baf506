using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Batching: every op by its rule over one more leading axis. No rule mixes rows, so a batched computation cannot mix two people's data.
/// </summary>
internal static class Vmap
{
    /// <summary>The computation over a leading axis; every result gets the axis, even one no batched argument reaches.</summary>
    public static Computation Of(Computation computation, Axis batch, bool[] batched)
    {
        Graph graph = new();
        Dictionary<Node, (Tensor Value, bool Batched)> map = [];
        List<Tensor> inputs = [];
        for (int i = 0; i < batched.Length; i++)
        {
            InputOp op = (InputOp)computation.Inputs[i].Node.Op;
            Tensor input = new(graph.Add(batched[i] ? op with { InputShape = op.InputShape.Insert(0, batch) } : op));
            inputs.Add(input);
            map[computation.Inputs[i].Node] = (input, batched[i]);
        }

        foreach (Node node in computation.Reachable())
        {
            if (map.ContainsKey(node))
            {
                continue;
            }

            Tensor[] arguments = [.. node.Inputs.ToArray().Select(input => map[input].Value)];
            bool[] flags = [.. node.Inputs.ToArray().Select(input => map[input].Batched)];
            using Graph.LocationScope scope = graph.At(node.Where);
            map[node] = flags.Contains(true)
                ? (node.Op.Vmap(new VmapContext(arguments, flags, batch, node)), true)
                : (new Tensor(graph.Add(node.Op, [.. arguments.Select(argument => argument.Node)])), false);
        }

        Tensor Result(Tensor output) => map[output.Node] is (var value, true) ? value : map[output.Node].Value.BroadcastAt(0, batch);
        return Computation.Of(graph, inputs, [.. computation.Outputs.Select(Result)]);
    }
}
