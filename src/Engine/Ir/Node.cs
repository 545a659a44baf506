using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Ir;

/// <summary>One value of a <see cref="Computation"/>: an op applied to earlier values. Immutable, and unique within its graph.</summary>
internal sealed class Node
{
    private readonly Node[] _inputs;

    public Node(Graph graph, int id, Op op, Node[] inputs, Shape shape, SourceLocation where)
    {
        Graph = graph;
        Id = id;
        Op = op;
        _inputs = inputs;
        Shape = shape;
        Where = where;
    }

    /// <summary>The graph that owns it.</summary>
    public Graph Graph { get; }

    /// <summary>Position in the graph; inputs have smaller numbers.</summary>
    public int Id { get; }

    /// <summary>What computes it, attributes included.</summary>
    public Op Op { get; }

    /// <summary>The op's arguments.</summary>
    public ReadOnlySpan<Node> Inputs => _inputs;

    /// <summary>Shape of the value.</summary>
    public Shape Shape { get; }

    /// <summary>The user's line it came from.</summary>
    public SourceLocation Where { get; }

    /// <inheritdoc/>
    public override string ToString() => $"%{Id} = {Op.Describe()}({string.Join(", ", _inputs.Select(input => $"%{input.Id}"))}) : {Shape}";
}
