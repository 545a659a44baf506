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

    // Rows shorter than this cost more to begin than to compute; another order of the axes may make them longer.
    private const int ShortRun = 128;

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
        Concatenations concatenations = new(Nodes, wanted);
        _roots = Fusion.Roots(Nodes, wanted, concatenations);
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
            if (concatenations.Contains(node))
            {
                Concatenate(node, concatenations);
            }
            else if (_roots.Contains(node))
            {
                Materialise(node);
            }
            else if (!concatenations.Absorbs(node) && node.Op is not (MapOp or ConstantOp or InputOp) && !node.Op.IsMove)
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

        Place place = Scratch($"%{node.Id} {node.Op.Name}", node.Shape.Count);
        View view = View.RowMajor(place, node.Shape);
        if (node.Shape.Count > 0)
        {
            FusedLoop loop = Loop(node, view, Enumerable.Range(0, node.Shape.Rank));
            if (loop.Run < ShortRun && loop.BetterOrder() is { } order)
            {
                View other = View.InOrder(place, node.Shape, order);
                FusedLoop reordered = Loop(node, other, order);
                (view, loop) = reordered.Run > 2 * loop.Run ? (other, reordered) : (view, loop);
            }

            Call(loop, view);
        }

        return _views[node] = view;
    }

    private void Concatenate(Node node, Concatenations concatenations)
    {
        View result = Result(node);
        foreach ((Node value, int start) in concatenations.Parts(node))
        {
            Write(value, result with { Place = result.Place.Plus((long)start * result.Strides[concatenations.Axis(node)]) });
        }
    }

    /// <summary>Computes a node's value into memory: one fused loop.</summary>
    public void Write(Node node, View target)
    {
        if (node.Shape.Count > 0)
        {
            Call(Loop(node, target, Enumerable.Range(0, node.Shape.Rank)), target);
        }
    }

    private FusedLoop Loop(Node node, View target, IEnumerable<int> order)
    {
        (KernelBody body, Domain domain, int step) = Build(node, order);
        (long offset, int[] output) = domain.Identity(node.Shape).Through(target);
        (int[] extents, int[][] strides) = StrideLists.Coalesce(domain.Extents, [.. body.Strides, output]);
        return new FusedLoop(node, body, domain, step, offset, extents, strides);
    }

    private void Call(FusedLoop loop, View target)
    {
        (KernelBody body, int[] extents, int[][] strides) = (loop.Body, loop.Extents, loop.Strides);
        LoopSpec spec = new(
            EquatableArray.Create<int>(extents),
            strides[..^1].Select(list => EquatableArray.Create<int>(list)).ToEquatableArray(),
            [EquatableArray.Create<int>(strides[^1])],
            body.Program(loop.Step));
        Call(spec, body.Names.Length == 0 ? "copy" : body.Names, [.. body.Places, target.Place.Plus(loop.Offset)]);
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
    /// How a node's value is read without a copy when its axes may be walked in several parts: where its first element lies, and the parts of each axis,
    /// outermost first. Null when not at all, or when a copy would be smaller than what it is read from.
    /// </summary>
    public (Place First, List<MatrixAxisPart>[] Parts)? Walk(Node node)
    {
        if (node.Shape.Count == 0 || Source(node) is not var (source, map, domain) || source.Shape.Count > node.Shape.Count)
        {
            return null;
        }

        View view = Materialise(source);
        (long offset, int[] strides) = map.Through(view);
        return (view.Place.Plus(offset), Parts(domain, strides, node.Shape));
    }

    /// <summary>Strides per axis from strides per factor; null when the factors of an axis are no single stride.</summary>
    private static int[]? Join(Domain domain, int[] strides, Shape shape)
    {
        List<MatrixAxisPart>[] parts = Parts(domain, strides, shape);
        return parts.Any(list => list.Count > 1) ? null : [.. parts.Select(list => list.Count == 0 ? 0 : list[0].Stride)];
    }

    /// <summary>For each axis its factors, neighbours joined that walk as one.</summary>
    private static List<MatrixAxisPart>[] Parts(Domain domain, int[] strides, Shape shape)
    {
        List<MatrixAxisPart>[] parts = [.. Enumerable.Range(0, shape.Rank).Select(_ => new List<MatrixAxisPart>())];
        for (int factor = strides.Length - 1; factor >= 0; factor--)
        {
            int extent = domain.Extents[factor];
            if (extent == 1)
            {
                continue;
            }

            List<MatrixAxisPart> list = parts[domain.Axes[factor]];
            if (list.Count > 0 && strides[factor] == list[0].Stride * list[0].Extent)
            {
                list[0] = list[0] with { Extent = list[0].Extent * extent };
            }
            else
            {
                list.Insert(0, new MatrixAxisPart(extent, strides[factor]));
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
