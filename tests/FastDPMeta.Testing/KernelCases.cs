using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Testing;

/// <summary>
/// Random launches: ranks 0 to 5, extents with 0 and 1 and odd numbers, broadcasts, transpositions, gaps, in-place outputs.
/// The same seed gives the same case.
/// </summary>
public static partial class KernelCases
{
    /// <summary>A fused map with one or two outputs.</summary>
    /// <param name="random">Where the choices come from.</param>
    public static KernelCase Loop(Random random)
    {
        Layout layout = new(random);
        int[] extents = Extents(random, random.Next(6), 4000);
        int[] order = Order(random, extents.Length);
        int inputs = random.Next(1, 5);
        ScalarProgram program = Program(random, inputs, random.Next(1, 3));

        List<EquatableArray<int>> outputStrides = [];
        List<long> outputSlots = [];
        foreach (int _ in program.Results)
        {
            // Outputs of one launch usually share their order, as fused groups do, but need not.
            outputStrides.Add(layout.Strides(extents, random.Next(4) == 0 ? Order(random, extents.Length) : order, broadcast: false));
            outputSlots.Add(layout.Place(extents, outputStrides[^1]));
        }

        List<EquatableArray<int>> inputStrides = [];
        List<long> inputSlots = [];
        for (int input = 0; input < inputs; input++)
        {
            bool inPlace = input < outputSlots.Count && random.Next(4) == 0;
            inputStrides.Add(inPlace
                ? outputStrides[input]
                : layout.Strides(extents, random.Next(2) == 0 ? order : Order(random, extents.Length), random.Next(2) == 0));
            inputSlots.Add(inPlace ? outputSlots[input] : layout.Place(extents, inputStrides[^1]));
        }

        LoopSpec spec = new(extents.ToEquatableArray(), inputStrides.ToEquatableArray(), outputStrides.ToEquatableArray(), program);
        return new KernelCase(spec, layout.Fill(), [.. inputSlots, .. outputSlots]);
    }

    /// <summary>A sum or maximum over any of the axes with a map in front.</summary>
    /// <param name="random">Where the choices come from.</param>
    public static KernelCase Reduce(Random random)
    {
        Layout layout = new(random);
        bool isLong = random.Next(8) == 0;
        int[] kept = Extents(random, random.Next(4), isLong ? 10 : 300);
        int[] reduced = Extents(random, random.Next(6), isLong ? 12_000 : 600);
        int[] all = [.. kept, .. reduced];
        int inputs = random.Next(1, 4);
        EquatableArray<int> output = layout.Strides(kept, Order(random, kept.Length), broadcast: false);
        long outputSlot = layout.Place(kept, output);

        List<EquatableArray<int>> strides = [];
        List<long> slots = [];
        int[] order = Order(random, all.Length);
        for (int input = 0; input < inputs; input++)
        {
            strides.Add(layout.Strides(all, random.Next(3) == 0 ? Order(random, all.Length) : order, random.Next(3) == 0));
            slots.Add(layout.Place(all, strides[^1]));
        }

        ReduceSpec spec = new(
            kept.ToEquatableArray(),
            reduced.ToEquatableArray(),
            strides.ToEquatableArray(),
            output,
            Program(random, inputs, results: 1),
            random.Next(2) == 0 ? ReduceKind.Sum : ReduceKind.Max);
        return new KernelCase(spec, layout.Fill(), [.. slots, outputSlot]);
    }

    /// <summary>A random program whose values stay of the order of one, so that float and double agree to a few ulps.</summary>
    /// <param name="random">Where the choices come from.</param>
    /// <param name="inputs">How many inputs it reads; all are read.</param>
    /// <param name="results">How many results it has.</param>
    public static ScalarProgram Program(Random random, int inputs, int results)
    {
        List<ScalarStep> steps = [.. Enumerable.Range(0, inputs).Select(ScalarStep.Input)];
        if (random.Next(4) == 0 && results == 1)
        {
            return new ScalarProgram(steps.ToEquatableArray(), [0]);
        }

        int constant = Append(ScalarStep.Constant(0.5f));
        int total = 0;
        for (int input = 1; input < inputs; input++)
        {
            total = Append(ScalarStep.Apply(random.Next(2) == 0 ? ScalarOp.Add : ScalarOp.Sub, total, input));
        }

        for (int step = random.Next(5); step > 0; step--)
        {
            int squashed = Append(ScalarStep.Apply(random.Next(2) == 0 ? ScalarOp.Tanh : ScalarOp.Sigmoid, Any()));
            int positive = Append(ScalarStep.Apply(ScalarOp.Add, Append(ScalarStep.Apply(ScalarOp.Mul, squashed, squashed)), constant));
            total = random.Next(8) switch
            {
                0 => Append(ScalarStep.Apply(ScalarOp.Exp, squashed)),
                1 => Append(ScalarStep.Apply(ScalarOp.Log, positive)),
                2 => Append(ScalarStep.Apply(ScalarOp.Sqrt, positive)),
                3 => Append(ScalarStep.Apply(ScalarOp.Rsqrt, positive)),
                4 => Append(ScalarStep.Apply(ScalarOp.Div, Any(), positive)),
                5 => Append(ScalarStep.Apply(ScalarOp.Max, Any(), Append(ScalarStep.Apply(ScalarOp.Neg, squashed)))),
                6 => Append(ScalarStep.Apply(ScalarOp.Min, Any(), squashed)),
                // Compares two inputs as they are: a rounded value at a threshold would be another number in double.
                _ => Append(ScalarStep.Apply(ScalarOp.Select, Append(ScalarStep.Apply(ScalarOp.Less, 0, inputs - 1)), Any(), squashed)),
            };
        }

        return new ScalarProgram(steps.ToEquatableArray(), results == 1 ? [total] : [total, Any()]);

        int Append(ScalarStep step)
        {
            steps.Add(step);
            return steps.Count - 1;
        }

        int Any() => random.Next(steps.Count);
    }

    private static int[] Extents(Random random, int rank, int limit)
    {
        int[] extents = new int[rank];
        int size = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            extents[axis] = random.Next(12) switch
            {
                0 => 1,
                1 => random.Next(30) == 0 ? 0 : 2,
                2 or 3 or 4 => random.Next(1, 70),
                _ => random.Next(1, 12),
            };
            extents[axis] = Math.Min(extents[axis], Math.Max(1, limit / Math.Max(1, size)));
            size *= extents[axis];
        }

        return extents;
    }

    private static int[] Order(Random random, int rank)
    {
        int[] order = [.. Enumerable.Range(0, rank)];
        if (random.Next(2) == 0)
        {
            random.Shuffle(order);
        }

        return order;
    }
}
