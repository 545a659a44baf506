using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// Standard normal numbers: a pure function of the key (last axis of the input: ten words), <paramref name="Stream"/> and the index.
/// Leading axes of the input are batches, each with its own key.
/// </summary>
internal sealed record GaussianOp(uint Stream, Shape NoiseShape) : Op
{
    public override string Name => "gaussian";

    public override string Describe() => $"gaussian stream {Stream}";

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        Shape key = inputs[0].Shape;
        return key.Rank > 0 && key[-1] == NoiseSpec.KeyWords
            ? new Shape([.. key.Axes[..^1], .. NoiseShape.Axes])
            : throw new ShapeException($"Gaussian: the key must end in an axis of {NoiseSpec.KeyWords} words; got {key}.");
    }

    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        double[] result = new double[node.Shape.Count];
        ChaChaBlock state = default;
        for (int i = 0; i < result.Length; i++)
        {
            int index = i % NoiseShape.Count;
            if (index == 0)
            {
                state = State(inputs[0].AsSpan(i / NoiseShape.Count * NoiseSpec.KeyWords, NoiseSpec.KeyWords));
            }

            result[i] = NoiseLayout.NormalAt(state, index);
        }

        return result;
    }

    public override Tensor?[] Vjp(VjpContext context) => [null];

    public override RowFlow FollowRows(RowFlowContext context) =>
        context.KeepIf(context.First.Axis < context.Node.Inputs[0].Shape.Rank - 1, "it makes one key of several rows. Give each row its key");

    public override Tensor Vmap(VmapContext context) => context.Inputs[0].Add(this);

    private ChaChaBlock State(ReadOnlySpan<double> key) => NoiseLayout.State(
        (uint)key[0], (uint)key[1], (uint)key[2], (uint)key[3], (uint)key[4], (uint)key[5], (uint)key[6], (uint)key[7], Stream, (uint)key[8], (uint)key[9]);

    public override void Lower(Lowering lowering, Node node)
    {
        Shape key = node.Inputs[0].Shape;
        int batches = key.Rank - 1;
        View keys = lowering.InnerRowMajor(node.Inputs[0], batches);
        View result = lowering.Result(node);
        if (node.Shape.Count > 0)
        {
            int[] batchStrides = [.. result.Strides.Take(batches)];
            (int[] batch, int[][] strides) = StrideLists.Coalesce([.. key.Sizes.Take(batches)], [[.. keys.Strides.Take(batches)], batchStrides]);
            lowering.Call(new NoiseSpec([.. batch], NoiseShape.Count, Stream, [.. strides[0]], [.. strides[1]]), Describe(), keys.Place, result.Place);
        }
    }
}
