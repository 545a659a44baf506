using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Turns the nodes of one computation into kernel calls of one block. Values that lie in memory have a view; maps without one are fused
/// into whoever reads them; moves become strides of the reader.
/// </summary>
internal sealed class Lowering
{
    /// <summary>Slots a kernel may have: few enough for every device's registers and parameters.</summary>
    public const int MaximumSlots = 14;

    private readonly Dictionary<Node, View> _views = [];
    private readonly Dictionary<Node, View> _rowMajor = [];
    private readonly LiteralPool _literals;
    private IReadOnlySet<Node> _roots = new HashSet<Node>();
    private IReadOnlyDictionary<Node, (Node Sum, Place Place)> _sums = new Dictionary<Node, (Node Sum, Place Place)>();

    public Lowering(Block block, LiteralPool literals)
    {
        Block = block;
        _literals = literals;
    }

    /// <summary>Where calls go.</summary>
    public Block Block { get; }

    /// <summary>The nodes being lowered; scans look for their items here.</summary>
    public IReadOnlyList<Node> Nodes { get; private set; } = [];

    /// <summary>Lowers a computation.</summary>
    /// <param name="computation">What to compute.</param>
    /// <param name="inputs">Where each argument lies.</param>
    /// <param name="outputs">Where each result goes, row-major; null drops it. A result's place may overlap an input's.</param>
    public void Run(Computation computation, View[] inputs, Place?[] outputs)
    {
        Tensor[] wanted = [.. computation.Outputs.Where((_, index) => outputs[index] is not null)];
        Nodes = Computation.Of(computation.Graph, computation.Inputs, wanted).Reachable();
        _roots = Fusion.Roots(Nodes, wanted);
        _sums = RunningSums.Find(computation, Nodes, inputs, outputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            _views[computation.Inputs[i].Node] = inputs[i];
        }

        foreach ((Node sum, Place place) in _sums.Values)
        {
            _views[sum] = View.RowMajor(place, sum.Shape);
        }

        foreach (Node node in Nodes)
        {
            if (_roots.Contains(node))
            {
                Materialise(node);
            }
            else if (node.Op is not (MapOp or ConstantOp or InputOp) && !node.Op.IsMove)
            {
                node.Op.Lower(this, node);
            }
        }

        OutputBinder binder = new(Block);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is { } place)
            {
                binder.Add(this, computation.Outputs[i].Node, place);
            }
        }

        LoopMerger.Merge(Block, binder.Results);
        binder.Bind();
    }

    /// <summary>The memory a scatter adds to instead of filling its own, or null.</summary>
    public View? SumTarget(Node node) => _sums.TryGetValue(node, out (Node Sum, Place Place) sum) ? View.RowMajor(sum.Place, node.Shape) : null;

    /// <summary>Where a node's value lies, or null while it lies nowhere.</summary>
    public View? ViewOf(Node node) => _views.GetValueOrDefault(node);

    /// <summary>Says where a node's value lies.</summary>
    public void SetView(Node node, View view) => _views[node] = view;

    /// <summary>New scratch, written anew in every run of the block.</summary>
    public Place Scratch(string name, long size) => new(new Storage(name, size, StorageKind.Scratch, Block), 0, []);

    /// <summary>New scratch for a node's value, row-major.</summary>
    public View Result(Node node)
    {
        View view = View.RowMajor(Scratch($"%{node.Id} {node.Op.Name}", node.Shape.Count), node.Shape);
        _views[node] = view;
        return view;
    }

    /// <summary>Constants' place in memory.</summary>
    public Place Literal(EquatableArray<float> values) => _literals.Add(values);

    /// <summary>Adds a call, unless it would write nothing.</summary>
    public void Call(KernelSpec spec, string label, params ReadOnlySpan<Place> places) => Block.Steps.Add(new Call(spec, places.ToArray(), label));

    /// <summary>Computes a node's value into new scratch.</summary>
    public View Materialise(Node node)
    {
        if (_views.TryGetValue(node, out View? known))
        {
            return known;
        }

        View view = View.RowMajor(Scratch($"%{node.Id} {node.Op.Name}", node.Shape.Count), node.Shape);
        Write(node, view);
        return _views[node] = view;
    }

    /// <summary>Computes a node's value into memory: one fused loop.</summary>
    public void Write(Node node, View target)
    {
        if (node.Shape.Count == 0)
        {
            return;
        }

        (KernelBody body, Domain domain, int step) = Build(node, Enumerable.Range(0, node.Shape.Rank));
        (long offset, int[] output) = domain.Identity(node.Shape).Through(target);
        (int[] extents, int[][] strides) = StrideLists.Coalesce(domain.Extents, [.. body.Strides, output]);
        LoopSpec spec = new(
            EquatableArray.Create<int>(extents),
            strides[..^1].Select(list => EquatableArray.Create<int>(list)).ToEquatableArray(),
            [EquatableArray.Create<int>(strides[^1])],
            body.Program(step));
        Call(spec, body.Names.Length == 0 ? "copy" : body.Names, [.. body.Places, target.Place.Plus(offset)]);
    }

    /// <summary>Fills memory with one value.</summary>
    public void Fill(Shape shape, View target, float value)
    {
        (int[] extents, int[][] strides) = StrideLists.Coalesce(shape.Sizes, [[.. target.Strides]]);
        Call(new LoopSpec(EquatableArray.Create<int>(extents), [], [EquatableArray.Create<int>(strides[0])], ScalarProgram.Fill(value)), "fill", target.Place);
    }

    /// <summary>The fused program that gives a node's value over its axes in the given order, with few enough inputs.</summary>
    public (KernelBody Body, Domain Domain, int Step) Build(Node node, IEnumerable<int> order)
    {
        while (true)
        {
            Domain domain = new(node.Shape, order);
            KernelBody body;
            int? step;
            do
            {
                body = new KernelBody(this, domain);
                step = body.Read(node, domain.Identity(node.Shape));
            }
            while (step is null && domain.TrySplit());

            if (step is not { } value)
            {
                throw new InvalidOperationException($"{node} could not be read.");
            }

            if (body.Places.Count < MaximumSlots)
            {
                return (body, domain, value);
            }

            Node[] arguments = [.. FusedArguments(node)];
            Materialise(arguments.MaxBy(argument => CountFused(argument, []))!);
        }
    }

    /// <summary>
    /// A node's value in memory with strides, for kernels that take some. What lies nowhere yet is computed: before its moves when
    /// they can be strides, else after them.
    /// </summary>
    public View Operand(Node node)
    {
        if (_views.TryGetValue(node, out View? known))
        {
            return known;
        }

        if (node.Shape.Count > 0 && Source(node) is var (source, map, domain) && source.Shape.Count <= node.Shape.Count)
        {
            View view = Materialise(source);
            (long offset, int[] strides) = map.Through(view);
            if (Join(domain, strides, node.Shape) is { } joined)
            {
                return _views[node] = new View(view.Place.Plus(offset), EquatableArray.Create<int>(joined));
            }
        }

        return Materialise(node);
    }

    /// <summary>A reshape that no strides express (only reshapes can be so): its input is laid out row-major, which serves every shape.</summary>
    public View Reshaped(Node node) => _views[node] = View.RowMajor(RowMajor(node.Inputs[0]).Place, node.Shape);

    /// <summary>A result's value in memory: as it lies there, or computed.</summary>
    public View Settle(Node node) =>
        Source(node) is var (source, _, _) && source.Op is ConstantOp ? Materialise(node) : Operand(node);

    /// <summary>A lowering of a repeat's body.</summary>
    public Lowering Nested(Block body) => new(body, _literals);

    /// <summary>A node's value in memory, row-major.</summary>
    public View RowMajor(Node node)
    {
        View view = Operand(node);
        if (view.IsRowMajor(node.Shape))
        {
            return view;
        }

        if (!_rowMajor.TryGetValue(node, out View? copy))
        {
            copy = View.RowMajor(Scratch($"%{node.Id} copy", node.Shape.Count), node.Shape);
            Write(node, copy);
            _rowMajor[node] = copy;
        }

        return copy;
    }

    /// <summary>A node's value in memory, row-major behind its batch axes, which may have any strides.</summary>
    public View InnerRowMajor(Node node, int batches)
    {
        View view = Operand(node);
        return view.IsRowMajor(node.Shape, batches, node.Shape.Rank, 1) ? view : RowMajor(node);
    }

    /// <summary>Follows moves from a node to what they move; null when they are no strides.</summary>
    private (Node Source, IndexMap Map, Domain Domain)? Source(Node node)
    {
        Domain domain = new(node.Shape);
        do
        {
            Node source = node;
            IndexMap? map = domain.Identity(node.Shape);
            while (map is not null && source.Op.IsMove && !_views.ContainsKey(source))
            {
                map = source.Op.Through(map, source, domain);
                source = map is null ? source : source.Inputs[0];
            }

            if (map is not null)
            {
                return (source, map, domain);
            }
        }
        while (domain.TrySplit());

        return null;
    }

    /// <summary>
    /// How a node's value can be read without a copy when one axis may be walked in several parts: what lies in memory then (computed or
    /// not) and the offset in it, strides of the other axes, and the parts (extent, stride) of that axis, outermost first. Null when not at all.
    /// </summary>
    public (Node Source, long Offset, int[] Strides, List<(int Extent, int Stride)> Parts)? Walk(Node node, int axis)
    {
        if (node.Shape.Count == 0 || Source(node) is not var (source, map, domain) || source.Shape.Count > node.Shape.Count)
        {
            return null;
        }

        // Strides are asked for before the source has a place, so they are those of a row-major one unless it lies somewhere.
        View view = ViewOf(source) ?? View.RowMajor(default, source.Shape);
        (long offset, int[] strides) = map.Through(view);
        List<(int Extent, int Stride)>[] parts = Parts(domain, strides, node.Shape);
        if (parts.Where((list, other) => other != axis && list.Count > 1).Any())
        {
            return null;
        }

        return (source, offset, [.. parts.Select(list => list.Count == 0 ? 0 : list[0].Stride)], parts[axis]);
    }

    /// <summary>Strides per axis from strides per factor; null when the factors of an axis are no single stride.</summary>
    private static int[]? Join(Domain domain, int[] strides, Shape shape)
    {
        List<(int Extent, int Stride)>[] parts = Parts(domain, strides, shape);
        return parts.Any(list => list.Count > 1) ? null : [.. parts.Select(list => list.Count == 0 ? 0 : list[0].Stride)];
    }

    /// <summary>For each axis its factors, neighbours joined that walk as one.</summary>
    private static List<(int Extent, int Stride)>[] Parts(Domain domain, int[] strides, Shape shape)
    {
        List<(int Extent, int Stride)>[] parts = [.. Enumerable.Range(0, shape.Rank).Select(_ => new List<(int, int)>())];
        for (int factor = strides.Length - 1; factor >= 0; factor--)
        {
            int extent = domain.Extents[factor];
            if (extent == 1)
            {
                continue;
            }

            List<(int Extent, int Stride)> list = parts[domain.Axes[factor]];
            if (list.Count > 0 && strides[factor] == list[0].Stride * list[0].Extent)
            {
                list[0] = (list[0].Extent * extent, list[0].Stride);
            }
            else
            {
                list.Insert(0, (extent, strides[factor]));
            }
        }

        return parts;
    }

    private IEnumerable<Node> FusedArguments(Node node)
    {
        foreach (Node input in node.Inputs.ToArray())
        {
            Node source = input;
            while (source.Op.IsMove && !_views.ContainsKey(source))
            {
                source = source.Inputs[0];
            }

            if (source.Op is MapOp && !_views.ContainsKey(source))
            {
                yield return source;
            }
        }
    }

    private int CountFused(Node node, HashSet<Node> seen) => seen.Add(node) ? 1 + FusedArguments(node).Sum(argument => CountFused(argument, seen)) : 0;
}
