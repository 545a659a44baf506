using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Gpu;

/// <summary>One spec for every path a GPU kernel can take.</summary>
internal static class KernelSamples
{
    public static IReadOnlyList<KernelSpec> All { get; } =
    [
        .. ScalarOp.All.Select(Map),
        new LoopSpec([], [], [[]], ScalarProgram.Fill(1)),
        new LoopSpec([7, 5, 3, 2], [[30, 6, 2, 1], [0, 1, 5, 0]], [[1, 7, 35, 105]], Sum()),
        FullHouse(),
        new ReduceSpec([1000], [8], [[8, 1]], [1], ScalarProgram.Identity, ReduceKind.Sum),
        new ReduceSpec([20], [3, 500], [[500, 10000, 1], [0, 0, 1]], [1], Product(), ReduceKind.Sum),
        new ReduceSpec([20], [3, 500], [[500, 10000, 1], [0, 0, 1]], [1], Product(), ReduceKind.Max),
        Product(1, 3, 64, rowMajor: true, accumulate: false),
        Product(20, 24, 30, rowMajor: true, accumulate: false),
        Product(64, 48, 30, rowMajor: false, accumulate: true),
        Product(256, 256, 784, rowMajor: true, accumulate: false),
        Product(256, 256, 784, rowMajor: false, accumulate: true),
        new GatherSpec([4, 3], 10, 16, 5, [160, 0], [15, 5], [240, 80]),
        new ScatterAddSpec([4], 10, 16, 5, [5], [80], [160]),
        new ScatterAddSpec([4], 10, 16, 5, [5], [80], [160], Accumulate: true),
        new RowGroupSpec([4], 10, 5, [5], [5]),
        new FoldSpec(4, 10, 6, 3, 2, 1, 21),
        new NoiseSpec([4], 1000, 3, [10], [1000]),
    ];

    private static LoopSpec Map(ScalarOp op)
    {
        int[] inputs = [.. Enumerable.Range(0, op.Arity)];
        List<ScalarStep> steps = [.. inputs.Select(ScalarStep.Input)];
        steps.Add(ScalarStep.Apply(op, 0, op.Arity > 1 ? 1 : -1, op.Arity > 2 ? 2 : -1));
        EquatableArray<int> stride = [1];
        return new LoopSpec([4096], inputs.Select(_ => stride).ToEquatableArray(), [stride], new ScalarProgram(steps.ToEquatableArray(), [op.Arity]));
    }

    // As many inputs as the engine fuses, every one transposed otherwise, and every function: the most registers a loop can want.
    private static LoopSpec FullHouse()
    {
        const int Inputs = 13;
        List<ScalarStep> steps = [.. Enumerable.Range(0, Inputs).Select(ScalarStep.Input)];
        int last = 0;
        for (int input = 1; input < Inputs; input++)
        {
            steps.Add(ScalarStep.Apply(ScalarOp.Mul, last, input));
            ScalarOp op = ScalarOp.All[input % 7];
            steps.Add(ScalarStep.Apply(op, steps.Count - 1));
            steps.Add(ScalarStep.Apply(ScalarOp.Add, steps.Count - 1, input - 1));
            last = steps.Count - 1;
        }

        EquatableArray<int> Strides(int input) => input % 2 == 0 ? [256 + input, 16, 1] : [1, 8, 128 + input];
        return new LoopSpec(
            [8, 16, 16],
            Enumerable.Range(0, Inputs).Select(Strides).ToEquatableArray(),
            [[256, 16, 1]],
            new ScalarProgram(steps.ToEquatableArray(), [last]));
    }

    private static MatMulSpec Product(int m, int n, int k, bool rowMajor, bool accumulate) => new(
        [6],
        m,
        n,
        k,
        rowMajor ? new([m * k], k, 1) : new([m * k], 1, m),
        rowMajor ? new([0], n, 1) : new([0], 1, k),
        new([m * n], n, 1),
        accumulate);

    private static ScalarProgram Sum() => new([ScalarStep.Input(0), ScalarStep.Input(1), ScalarStep.Apply(ScalarOp.Add, 0, 1)], [2]);

    private static ScalarProgram Product() => new([ScalarStep.Input(0), ScalarStep.Input(1), ScalarStep.Apply(ScalarOp.Mul, 0, 1)], [2]);
}
