using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// The derivative of a recurrence: a scan in the other direction, whose body is the derivative of one step. A constant used in matrix
/// products (<see cref="StepProducts"/>) gets its derivative as contractions over all steps, from factors the reverse scan stacks; other
/// constants accumulate.
/// </summary>
internal static class ScanDerivative
{
    /// <summary>Cotangents of the scan's inputs from those of its items (null is zero).</summary>
    public static Tensor?[] Pullback(ScanOp op, Tensor scan, Tensor[] inputs, Tensor?[] items, bool[] needs)
    {
        int carries = op.Carries;
        int sequences = op.Sequences;
        int[] stacked = [.. Enumerable.Range(carries, items.Length - carries).Where(index => items[index] is not null)];
        Tensor[] histories = [.. Enumerable.Range(0, carries).Select(carry => scan.Add(new ItemOp(op.History(carry))))];

        Step step = Trace(op, stacked, needs);
        Tensor[] arguments =
        [
            .. Enumerable.Range(0, carries).Select(carry => items[carry] ?? inputs[carry].Fill(0)),
            .. step.Accumulated.Select(index => inputs[index].Fill(0)),
            .. histories,
            .. inputs[carries..(carries + sequences)],
            .. stacked.Select(index => items[index]!.Value),
            .. inputs[(carries + sequences)..],
        ];
        int reverseCarries = carries + step.Accumulated.Length;
        ScanOp reverse = new(step.Body, reverseCarries, carries + sequences + stacked.Length, op.Length, !op.Reverse);
        Tensor result = new(scan.Graph.Add(reverse, [.. arguments.Select(argument => argument.Node)]));

        Tensor?[] cotangents = new Tensor?[inputs.Length];
        for (int carry = 0; carry < carries; carry++)
        {
            cotangents[carry] = result.Add(new ItemOp(carry));
        }

        for (int i = 0; i < step.Accumulated.Length; i++)
        {
            cotangents[step.Accumulated[i]] = result.Add(new ItemOp(carries + i));
        }

        int next = reverseCarries;
        foreach (int index in step.Elements)
        {
            cotangents[index] = result.Add(new ItemOp(next++));
        }

        Tensor Factor(int number) => result.Add(new ItemOp(number < 0 ? reverse.History(~number) : next + number));
        foreach ((int index, int rows, int updates) in step.Contracted)
        {
            Tensor product = StepProducts.OverSteps(Factor(rows), Factor(updates));
            cotangents[index] = cotangents[index] is { } sum ? sum + product : product;
        }

        return cotangents;
    }

    private static Step Trace(ScanOp op, int[] stacked, bool[] needs)
    {
        int carries = op.Carries;
        int sequences = op.Sequences;
        int constants = op.Body.Inputs.Count - carries - sequences;
        int[] elements = [.. Enumerable.Range(carries, sequences).Where(index => needs[index])];
        int[] wanted = [.. Enumerable.Range(carries + sequences, constants).Where(index => needs[index])];

        // First find out how each wanted constant enters, then trace the body in the form that suits.
        Graph probe = new();
        Tensor[] probed = Derivative(op, probe, stacked, wanted, elements, out _, out _, out _);
        int[] accumulated = [.. wanted.Where((_, i) => StepProducts.Of(probed[carries + elements.Length + i]) is null)];

        Graph graph = new();
        Tensor[] derivative = Derivative(op, graph, stacked, wanted, elements, out Tensor[] before, out Tensor[] rest, out Tensor[] carryIn);
        Tensor[] sums = [.. accumulated.Select((index, i) => Input(graph, carries + i, $"sum{i}", op.Body.Inputs[index].Shape))];
        Tensor OfConstant(int index) => derivative[carries + elements.Length + Array.IndexOf(wanted, index)];
        List<Tensor> outputs = [.. derivative[..carries]];
        outputs.AddRange(accumulated.Select((index, i) => sums[i] + OfConstant(index)));
        outputs.AddRange(derivative[carries..(carries + elements.Length)]);
        // A factor that a step finds in a carry is in the carry's history; others are stacked.
        int factors = 0;
        int Stack(Tensor factor)
        {
            int carry = Array.IndexOf(before, factor);
            if (carry >= 0)
            {
                return ~carry;
            }

            outputs.Add(factor);
            return factors++;
        }

        List<(int Index, int Rows, int Updates)> contracted = [];
        foreach (int index in wanted.Except(accumulated))
        {
            foreach ((Tensor rows, Tensor updates) in StepProducts.Of(OfConstant(index))!)
            {
                contracted.Add((index, Stack(rows), Stack(updates)));
            }
        }

        Tensor[] inputs = [.. before, .. sums, .. carryIn, .. rest];
        Computation body = Computation.Of(graph, inputs, outputs);
        return new Step(body, accumulated, elements, [.. contracted]);
    }

    /// <summary>One step's derivative: cotangents of carries, wanted elements, wanted constants.</summary>
    private static Tensor[] Derivative(
        ScanOp op, Graph graph, int[] stacked, int[] wanted, int[] elements, out Tensor[] before, out Tensor[] rest, out Tensor[] carryIn)
    {
        int carries = op.Carries;
        int index = 0;
        Tensor Next(string label, Shape shape) => Input(graph, 1000 + index++, label, shape);

        before = [.. Enumerable.Range(0, carries).Select(carry => Next($"g{carry}", op.Body.Inputs[carry].Shape))];
        carryIn = [.. Enumerable.Range(0, carries).Select(carry => Next($"c{carry}", op.Body.Inputs[carry].Shape))];
        Tensor[] slices = [.. Enumerable.Range(carries, op.Sequences).Select(i => Next($"x{i}", op.Body.Inputs[i].Shape))];
        Tensor[] seeds = [.. stacked.Select(i => Next($"g{i}", op.OutputShape(i).Remove(0)))];
        Tensor[] constants =
            [.. Enumerable.Range(carries + op.Sequences, op.Body.Inputs.Count - carries - op.Sequences).Select(i => Next($"k{i}", op.Body.Inputs[i].Shape))];
        rest = [.. slices, .. seeds, .. constants];

        Tensor[] arguments = [.. carryIn, .. slices, .. constants];
        Tensor[] outputs = op.Body.Inline(graph, arguments);
        Tensor?[] cotangents = new Tensor?[outputs.Length];
        for (int carry = 0; carry < carries; carry++)
        {
            cotangents[carry] = before[carry];
        }

        for (int i = 0; i < stacked.Length; i++)
        {
            if (stacked[i] < outputs.Length)
            {
                cotangents[stacked[i]] = seeds[i];
            }
        }

        Tensor[] derivative = Grad.Pullback(outputs, cotangents, [.. carryIn, .. elements.Select(i => arguments[i]), .. wanted.Select(i => arguments[i])]);
        for (int i = 0; i < stacked.Length; i++)
        {
            // A carry's history is the carry itself as the step found it.
            if (stacked[i] >= outputs.Length)
            {
                derivative[stacked[i] - outputs.Length] += seeds[i];
            }
        }

        return derivative;
    }

    private static Tensor Input(Graph graph, int index, string label, Shape shape) => new(graph.Add(new InputOp(index, label, shape)));

    /// <param name="Body">The step.</param>
    /// <param name="Accumulated">Constants whose derivative is a carry of the reverse scan.</param>
    /// <param name="Elements">Sequences whose derivative is stacked.</param>
    /// <param name="Contracted">
    /// Products: the constant each belongs to, and the numbers of its factors among those that are stacked, or the complement of a carry's number.
    /// </param>
    private sealed record Step(Computation Body, int[] Accumulated, int[] Elements, (int Index, int Rows, int Updates)[] Contracted);
}
