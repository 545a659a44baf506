using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Reverse-mode differentiation: a walk from the result back, emitting each op's derivative rule as nodes of the same graph. The result can
/// be differentiated again, to any order.
/// </summary>
internal static class Grad
{
    /// <summary>Derivative of a scalar <paramref name="y"/> with respect to each of <paramref name="xs"/>; zeros where it does not depend on one.</summary>
    /// <exception cref="ShapeException"><paramref name="y"/> is not a scalar.</exception>
    public static Tensor[] Of(Tensor y, ReadOnlySpan<Tensor> xs)
    {
        if (y.Shape.Rank != 0)
        {
            throw new ShapeException($"Grad: only a scalar can be differentiated; got {y.Shape}. Sum or average it first.{y.Node.Where}");
        }

        return Pullback([y], [y.Constant(1)], xs);
    }

    /// <summary>
    /// Vector-Jacobian product: given a cotangent for each result (null is zero), the cotangent of each of <paramref name="xs"/>;
    /// zeros where nothing depends on one.
    /// </summary>
    public static Tensor[] Pullback(ReadOnlySpan<Tensor> ys, ReadOnlySpan<Tensor?> seeds, ReadOnlySpan<Tensor> xs)
    {
        int last = 0;
        foreach (Tensor y in ys)
        {
            last = Math.Max(last, y.Node.Id);
        }

        Walk walk = new(ys[0].Graph, last, xs);
        for (int i = 0; i < ys.Length; i++)
        {
            if (seeds[i] is { } seed)
            {
                walk.Accumulate(ys[i].Node, seed);
            }
        }

        // Ids grow from inputs to users, so descending ids visit every user before what it uses. Nodes made on the way lie above `last`.
        IReadOnlyList<Node> nodes = ys[0].Graph.Nodes;
        for (int id = last; id >= 0; id--)
        {
            walk.Visit(nodes[id]);
        }

        Tensor[] result = new Tensor[xs.Length];
        for (int i = 0; i < xs.Length; i++)
        {
            result[i] = walk.Of(xs[i]);
        }

        return result;
    }

    private sealed class Walk
    {
        private readonly Dictionary<Node, Tensor> _cotangents = [];
        private readonly Dictionary<Node, Tensor?[]> _scanCotangents = [];
        private readonly bool[] _depends;

        public Walk(Graph graph, int last, ReadOnlySpan<Tensor> xs)
        {
            _depends = new bool[Math.Max(last + 1, xs.Length == 0 ? 0 : Max(xs) + 1)];
            foreach (Tensor x in xs)
            {
                _depends[x.Node.Id] = true;
            }

            for (int id = 0; id <= last; id++)
            {
                Node node = graph.Nodes[id];
                if (node.Op is not StopGradientOp)
                {
                    foreach (Node input in node.Inputs)
                    {
                        _depends[id] |= _depends[input.Id];
                    }
                }
            }
        }

        public Tensor Of(Tensor x) => _cotangents.TryGetValue(x.Node, out Tensor cotangent) ? cotangent : x.Fill(0);

        public void Accumulate(Node node, Tensor cotangent)
        {
            if (node.Op is ItemOp item)
            {
                Node scan = node.Inputs[0];
                if (!_scanCotangents.TryGetValue(scan, out Tensor?[]? items))
                {
                    _scanCotangents[scan] = items = new Tensor?[((ScanOp)scan.Op).OutputCount];
                }

                items[item.Index] = items[item.Index] is { } before ? before + cotangent : cotangent;
            }

            // An item may itself be something asked for, so its own cotangent is kept too.
            _cotangents[node] = _cotangents.TryGetValue(node, out Tensor sum) ? sum + cotangent : cotangent;
        }

        public void Visit(Node node)
        {
            if (node.Inputs.Length == 0 || node.Op is ItemOp || !Depends(node))
            {
                return;
            }

            bool[] needs = new bool[node.Inputs.Length];
            Tensor[] inputs = new Tensor[node.Inputs.Length];
            for (int i = 0; i < needs.Length; i++)
            {
                inputs[i] = new Tensor(node.Inputs[i]);
                needs[i] = Depends(node.Inputs[i]);
            }

            Tensor?[] results;
            using (node.Graph.At(node.Where))
            {
                if (node.Op is ScanOp scan)
                {
                    if (!_scanCotangents.TryGetValue(node, out Tensor?[]? items))
                    {
                        return;
                    }

                    results = ScanDerivative.Pullback(scan, new Tensor(node), inputs, items, needs);
                }
                else if (_cotangents.TryGetValue(node, out Tensor cotangent))
                {
                    results = node.Op.Vjp(new VjpContext(new Tensor(node), inputs, cotangent, needs));
                }
                else
                {
                    return;
                }

                for (int i = 0; i < results.Length; i++)
                {
                    if (needs[i] && results[i] is { } part)
                    {
                        Accumulate(node.Inputs[i], part);
                    }
                }
            }
        }

        private bool Depends(Node node) => _depends[node.Id];

        private static int Max(ReadOnlySpan<Tensor> xs)
        {
            int max = 0;
            foreach (Tensor x in xs)
            {
                max = Math.Max(max, x.Node.Id);
            }

            return max;
        }
    }
}
