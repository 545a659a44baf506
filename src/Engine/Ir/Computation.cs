using System.Text;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ir;

/// <summary>
/// A traced function of tensors: immutable, printable, and the argument and result of every transformation. Trace once, transform,
/// compile, replay.
/// </summary>
public sealed class Computation
{
    private Computation(Graph graph, Tensor[] inputs, Tensor[] outputs)
    {
        Graph = graph;
        Inputs = inputs;
        Outputs = outputs;
    }

    internal Graph Graph { get; }

    /// <summary>The arguments, in order.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>The results, in order.</summary>
    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>Traces <paramref name="function"/> on arguments of the given shapes.</summary>
    /// <param name="shapes">Shape of each argument.</param>
    /// <param name="function">From arguments to results; called once, with handles instead of numbers.</param>
    /// <exception cref="ShapeException">Shapes inside the function do not fit; the message names the op and the line.</exception>
    public static Computation Trace(IReadOnlyList<Shape> shapes, Func<Tensor[], Tensor[]> function)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        ArgumentNullException.ThrowIfNull(function);
        Graph graph = new();
        Tensor[] inputs = [.. shapes.Select((shape, index) => new Tensor(graph.Add(new InputOp(index, $"x{index}", shape))))];
        return Of(graph, inputs, function(inputs));
    }

    /// <summary>Traces a function of one result.</summary>
    /// <param name="shapes">Shape of each argument.</param>
    /// <param name="function">From arguments to the result.</param>
    public static Computation Trace(IReadOnlyList<Shape> shapes, Func<Tensor[], Tensor> function) => Trace(shapes, inputs => [function(inputs)]);

    /// <summary>Uses this computation as a function inside another trace.</summary>
    /// <param name="arguments">One tensor per input, with its shape; at least one.</param>
    /// <returns>The results, as nodes of the arguments' trace.</returns>
    public Tensor[] Call(params ReadOnlySpan<Tensor> arguments)
    {
        if (arguments.Length != Inputs.Count)
        {
            throw new ArgumentException($"Call: the computation takes {Inputs.Count} arguments; got {arguments.Length}.", nameof(arguments));
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].Shape.Equals(Inputs[i].Shape))
            {
                throw new ShapeException($"Call: argument {i} must be {Inputs[i].Shape}; got {arguments[i].Shape}.{SourceLocation.Capture()}");
            }
        }

        return Inline(arguments[0].Graph, arguments);
    }

    /// <summary>
    /// The derivative: a computation of the same arguments giving the first result, which must be a scalar, followed by its derivative with
    /// respect to each of the named arguments.
    /// </summary>
    /// <param name="withRespectTo">Indices of arguments; all of them when none is given.</param>
    /// <exception cref="ShapeException">The result is not a scalar.</exception>
    public Computation Grad(params ReadOnlySpan<int> withRespectTo)
    {
        int[] indices = withRespectTo.Length == 0 ? [.. Enumerable.Range(0, Inputs.Count)] : withRespectTo.ToArray();
        Graph graph = new();
        Tensor[] inputs = CopyInputs(graph);
        Tensor value = Inline(graph, inputs)[0];
        Tensor[] gradients = Transforms.Grad.Of(value, indices.Select(index => inputs[index]).ToArray());
        return Of(graph, inputs, [value, .. gradients]);
    }

    /// <summary>
    /// The computation over a batch: arguments and all results get a leading axis, each row computed from its own row alone.
    /// </summary>
    /// <param name="label">What a row is, as <c>task</c> or <c>example</c>.</param>
    /// <param name="size">Number of rows.</param>
    /// <param name="batched">For each argument whether it has the axis; all do when none is given. Others are shared by all rows.</param>
    public Computation Vmap(string label, int size, params ReadOnlySpan<bool> batched)
    {
        bool[] flags = batched.Length == 0 ? [.. Enumerable.Repeat(true, Inputs.Count)] : batched.ToArray();
        if (flags.Length != Inputs.Count)
        {
            throw new ArgumentException($"Vmap: give one flag for each of the {Inputs.Count} arguments; got {flags.Length}.", nameof(batched));
        }

        return Transforms.Vmap.Of(this, new Axis(size, label), flags);
    }

    /// <summary>
    /// Gradients of this computation for many units at once, to be clipped and summed. This computes one unit's objective, a scalar, and any further
    /// scalars to report; units share the parameters and have data of their own.
    /// </summary>
    /// <param name="label">What a unit is, as <c>task</c> or <c>example</c>.</param>
    /// <param name="size">Number of units.</param>
    /// <param name="parameters">How many arguments, from the first, are parameters; the rest are data.</param>
    /// <param name="shared">Indices of further arguments that all units share and that are not differentiated.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number does not fit the arguments.</exception>
    public Transforms.PerExampleGradients PerExample(string label, int size, int parameters, params ReadOnlySpan<int> shared)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parameters, Inputs.Count);
        foreach (int index in shared)
        {
            if (index < parameters || index >= Inputs.Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(shared), index, $"PerExample: a shared argument must be one of {parameters} to {Inputs.Count - 1}, behind the parameters.");
            }
        }

        return new(this, new Transforms.PerExampleOptions
        {
            Units = new Axis(size, label),
            Parameters = [.. Enumerable.Range(0, parameters)],
            Shared = EquatableArray.Create(shared),
        });
    }

    /// <summary>The computation as text: one line per node that matters, with shapes.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (Node node in Reachable())
        {
            text.Append(node).Append('\n');
        }

        return text.Append("return ").AppendJoin(", ", Outputs.Select(output => $"%{output.Node.Id}")).ToString();
    }

    internal static Computation Of(Graph graph, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) => new(graph, [.. inputs], [.. outputs]);

    /// <summary>The nodes that some output needs, and all inputs, inputs before users.</summary>
    internal List<Node> Reachable()
    {
        bool[] needed = new bool[Graph.Nodes.Count];
        foreach (Tensor tensor in Inputs.Concat(Outputs))
        {
            needed[tensor.Node.Id] = true;
        }

        for (int id = needed.Length - 1; id >= 0; id--)
        {
            if (needed[id])
            {
                foreach (Node input in Graph.Nodes[id].Inputs)
                {
                    needed[input.Id] = true;
                }
            }
        }

        return [.. Graph.Nodes.Where(node => needed[node.Id])];
    }

    /// <summary>Fresh inputs like this computation's in another graph.</summary>
    internal Tensor[] CopyInputs(Graph graph) => [.. Inputs.Select(input => new Tensor(graph.Add(input.Node.Op)))];

    /// <summary>Copies the nodes into <paramref name="graph"/> with arguments in place of inputs.</summary>
    internal Tensor[] Inline(Graph graph, ReadOnlySpan<Tensor> arguments)
    {
        Dictionary<Node, Node> map = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            map[Inputs[i].Node] = arguments[i].Node;
        }

        foreach (Node node in Reachable())
        {
            if (!map.ContainsKey(node))
            {
                using Graph.LocationScope scope = graph.At(node.Where);
                map[node] = graph.Add(node.Op, [.. node.Inputs.ToArray().Select(input => map[input])]);
            }
        }

        return [.. Outputs.Select(output => new Tensor(map[output.Node]))];
    }
}
