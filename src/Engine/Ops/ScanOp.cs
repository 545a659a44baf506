using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Ops;

/// <summary>
/// A recurrence. <paramref name="Body"/> maps (carries, one element of every sequence, constants) to (new carries, one element of every result);
/// it runs <paramref name="Length"/> times, from the first element on, or from the last when <paramref name="Reverse"/>.
/// Inputs: first carries, sequences [length, …], constants. Items: last carries, results [length, …], and the carry each step began with
/// [length, …], which the derivative reads. The derivative is a scan in the other direction.
/// </summary>
internal sealed record ScanOp(Computation Body, int Carries, int Sequences, int Length, bool Reverse) : Op
{
    public override string Name => "scan";

    public override string Describe() => $"scan {Length}{(Reverse ? " reverse" : string.Empty)}";

    /// <summary>Number of stacked results.</summary>
    public int Results => Body.Outputs.Count - Carries;

    /// <summary>Number of items: last carries, results, carry histories.</summary>
    public int OutputCount => Body.Outputs.Count + Carries;

    /// <summary>Index of the item that holds the history of carry <paramref name="carry"/>.</summary>
    public int History(int carry) => Body.Outputs.Count + carry;

    /// <summary>Shape of an item.</summary>
    public Shape OutputShape(int index) => index < Carries
        ? Body.Outputs[index].Shape
        : (index < Body.Outputs.Count ? Body.Outputs[index].Shape : Body.Inputs[index - Body.Outputs.Count].Shape).Insert(0, new Axis(Length, "step"));

    public override Shape Infer(ReadOnlySpan<Node> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            Shape wanted = Body.Inputs[i].Shape;
            bool sequence = i >= Carries && i < Carries + Sequences;
            if (!inputs[i].Shape.Equals(sequence ? wanted.Insert(0, Length) : wanted))
            {
                throw new ShapeException($"Scan: input {i} must be {(sequence ? wanted.Insert(0, Length) : wanted)}; got {inputs[i].Shape}.");
            }
        }

        for (int carry = 0; carry < Carries; carry++)
        {
            if (!Body.Outputs[carry].Shape.Equals(Body.Inputs[carry].Shape))
            {
                throw new ShapeException($"Scan: carry {carry} enters a step as {Body.Inputs[carry].Shape} and leaves it as {Body.Outputs[carry].Shape}.");
            }
        }

        return Shape.Scalar;
    }

    /// <summary>Runs the recurrence; the items one after another in one array.</summary>
    public override double[] Evaluate(ReadOnlySpan<double[]> inputs, Node node)
    {
        double[][] items = [.. Enumerable.Range(0, OutputCount).Select(index => new double[OutputShape(index).Count])];
        double[][] arguments = inputs.ToArray();
        for (int round = 0; round < Length; round++)
        {
            int step = Reverse ? Length - 1 - round : round;
            for (int sequence = Carries; sequence < Carries + Sequences; sequence++)
            {
                int count = Body.Inputs[sequence].Shape.Count;
                arguments[sequence] = inputs[sequence].AsSpan(step * count, count).ToArray();
            }

            for (int carry = 0; carry < Carries; carry++)
            {
                arguments[carry].CopyTo(items[History(carry)], step * arguments[carry].Length);
            }

            double[][] results = Interpreter.Run(Body, arguments);
            for (int index = 0; index < results.Length; index++)
            {
                if (index < Carries)
                {
                    arguments[index] = results[index];
                }
                else
                {
                    results[index].CopyTo(items[index], step * results[index].Length);
                }
            }
        }

        for (int carry = 0; carry < Carries; carry++)
        {
            items[carry] = arguments[carry];
        }

        return [.. items.SelectMany(item => item)];
    }

    public override Tensor?[] Vjp(VjpContext context) => throw new InvalidOperationException("Grad differentiates a scan through its items.");

    public override RowFlow FollowRows(RowFlowContext context) => throw new InvalidOperationException("The isolation check follows a scan through its body.");

    public override Tensor Vmap(VmapContext context)
    {
        bool[] batched = [.. context.Batched];
        Tensor[] inputs = [.. context.Inputs];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (i < Carries)
            {
                // Whether a carry stays shared depends on the body; carrying it per row is always right.
                inputs[i] = context.Front(i);
                batched[i] = true;
            }
            else if (i < Carries + Sequences && batched[i])
            {
                inputs[i] = inputs[i].MoveAxis(0, 1);
            }
        }

        Computation body = Transforms.Vmap.Of(Body, context.Batch, batched);
        return new(inputs[0].Graph.Add(this with { Body = body }, [.. inputs.Select(input => input.Node)]));
    }

    // A body is compared as a computation, not by its contents: equal scans are rare, and comparing bodies is not worth it.

    public override void Lower(Lowering lowering, Node node)
    {
        ScanLowering.Lower(lowering, node);
        lowering.SetView(node, new View(lowering.Scratch("scan", 0), []));
    }
}
