using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Tests.Transforms;

public sealed class SharedTableTests
{
    private const int Rows = 1000, Width = 8, Examples = 5, Count = 3;
    private static readonly Computation One = Computation.Trace([new Shape(Rows, Width), new Shape(Count)], x => x[0].Gather(x[1]).Square().Sum());

    [Fact]
    public void A_table_that_all_examples_share_is_not_copied_for_each()
    {
        // Values are compared with loops by the suites over all ops; here: no node grows to examples × rows.
        Computation many = One.Vmap("example", Examples, [false, true]);
        Computation slope = Computation.Trace([new Shape(Rows, Width), new Shape(Examples, Count)], x => many.Call(x)[0].Sum()).Grad(0);
        foreach (Computation computation in (Computation[])[many, slope])
        {
            Assert.All(Reached(computation), node => Assert.InRange(node.Shape.Count, 1, Rows * Width));
        }

        Assert.Contains(Reached(slope), node => node.Op is ScatterAddOp);
    }

    [Fact]
    public void A_table_of_its_own_for_each_example_stays_one_for_each()
    {
        Computation many = One.Vmap("example", Examples, [true, true]);
        Assert.Contains(Reached(many), node => node.Op is GatherOp && node.Inputs[0].Shape.Equals(new Shape(new Axis(Examples, "example"), Rows, Width)));
    }

    private static HashSet<Node> Reached(Computation computation)
    {
        HashSet<Node> reached = [];
        Stack<Node> open = new(computation.Outputs.Select(output => output.Node));
        while (open.TryPop(out Node? node))
        {
            if (reached.Add(node))
            {
                foreach (Node input in node.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return reached;
    }
}
