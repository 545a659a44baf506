using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Ir;

/// <summary>
/// The nodes of one trace, hash-consed: the same op on the same inputs is the same node, so common sub-expressions exist once.
/// </summary>
internal sealed class Graph
{
    private readonly Dictionary<Key, Node> _unique = [];
    private readonly List<Node> _nodes = [];
    private SourceLocation? _location;

    /// <summary>All nodes, inputs before users.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>
    /// Sets the line that nodes made until disposal are attributed to; transformations use it so that derived nodes
    /// keep the user's line.
    /// </summary>
    public LocationScope At(SourceLocation where)
    {
        SourceLocation? before = _location;
        _location = where;
        return new LocationScope(this, before);
    }

    /// <summary>The node of <paramref name="op"/> on <paramref name="inputs"/>, made unless it is there.</summary>
    /// <exception cref="ShapeException">The op refuses the shapes.</exception>
    public Node Add(Op op, params ReadOnlySpan<Node> inputs)
    {
        Node[] arguments = inputs.ToArray();
        Key key = new(op, arguments);
        if (_unique.TryGetValue(key, out Node? known))
        {
            return known;
        }

        foreach (Node argument in arguments)
        {
            if (!ReferenceEquals(argument.Graph, this))
            {
                throw new InvalidOperationException(
                    $"{op.Name}: a tensor of another trace was used. Pass it in as an input, or call its computation inside this trace.");
            }
        }

        SourceLocation where = _location ?? SourceLocation.Capture();
        Shape shape;
        try
        {
            shape = op.Infer(arguments);
        }
        catch (ShapeException error) when (where.ToString() is { Length: > 0 } line && !error.Message.EndsWith(')'))
        {
            throw new ShapeException(error.Message + line);
        }

        Node node = new(this, _nodes.Count, op, arguments, shape, where);
        _nodes.Add(node);
        _unique.Add(key, node);
        return node;
    }

    /// <summary>Restores the former line.</summary>
    public readonly struct LocationScope : IDisposable
    {
        private readonly Graph _graph;
        private readonly SourceLocation? _before;

        internal LocationScope(Graph graph, SourceLocation? before)
        {
            _graph = graph;
            _before = before;
        }

        /// <inheritdoc/>
        public void Dispose() => _graph._location = _before;
    }

    private readonly struct Key : IEquatable<Key>
    {
        private readonly Op _op;
        private readonly Node[] _inputs;
        private readonly int _hash;

        public Key(Op op, Node[] inputs)
        {
            _op = op;
            _inputs = inputs;
            HashCode hash = default;
            hash.Add(op);
            foreach (Node input in inputs)
            {
                hash.Add(input.Id);
            }

            _hash = hash.ToHashCode();
        }

        public bool Equals(Key other) =>
            _hash == other._hash && _op.Equals(other._op) && _inputs.AsSpan().SequenceEqual(other._inputs);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => _hash;
    }
}
