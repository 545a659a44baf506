using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Transforms;

/// <summary>Numbers that each unit has one of: a factor that multiplies a whole gradient passes through its norm.</summary>
internal static class PerExampleNumber
{
    /// <summary>For a tensor [unit, …] that is constant within every unit: [unit] or a scalar with those values; otherwise null.</summary>
    public static Tensor? Find(Tensor tensor, Axis units)
    {
        Node node = tensor.Node;
        if (tensor.Shape.Rank == 0 || (tensor.Shape.Rank == 1 && tensor.Shape[0] == units.Size))
        {
            return tensor;
        }

        switch (node.Op)
        {
            case BroadcastOp op when op.Axes.Contains(0):
                return Uniform(new Tensor(node.Inputs[0]));
            case BroadcastOp:
                return Find(new Tensor(node.Inputs[0]), units);
            case ReshapeOp op when op.Target[0] == units.Size && node.Inputs[0].Shape.Count == units.Size:
                return new Tensor(node.Inputs[0]).Reshape(units);
            case ReshapeOp op when node.Inputs[0].Shape is { Rank: > 0 } shape && op.Target[0] == units.Size && shape[0] == units.Size:
                return Find(new Tensor(node.Inputs[0]), units);
            case MapOp op:
                return Mapped(op, node, units);
            default:
                return null;
        }
    }

    /// <summary>A number of each unit, [unit] or scalar, over a shape [unit, …].</summary>
    public static Tensor Spread(Tensor each, Shape shape)
    {
        if (each.Shape.Rank == 0)
        {
            return each.BroadcastTo(shape);
        }

        int[] axes = [.. Enumerable.Range(1, shape.Rank - 1)];
        return AxisLists.Restore(each, shape, [.. axes]);
    }

    /// <summary>Whether the tensor is the constant 0 everywhere.</summary>
    public static bool IsZero(Tensor tensor) => Uniform(tensor) is { Node.Op: ConstantOp { Value: 0 } };

    /// <summary>The scalar that the tensor repeats everywhere, or null.</summary>
    public static Tensor? Uniform(Tensor tensor) => tensor.Node.Op switch
    {
        _ when tensor.Shape.Rank == 0 => tensor,
        BroadcastOp or ReshapeOp => Uniform(new Tensor(tensor.Node.Inputs[0])),
        _ => null,
    };

    private static Tensor? Mapped(MapOp op, Node node, Axis units)
    {
        Tensor[] each = new Tensor[node.Inputs.Length];
        for (int i = 0; i < each.Length; i++)
        {
            if (Find(new Tensor(node.Inputs[i]), units) is not { } number)
            {
                return null;
            }

            each[i] = number;
        }

        bool all = each.Any(number => number.Shape.Rank == 1);
        Node[] inputs = [.. each.Select(number => (all ? number.BroadcastTo(new Shape(units)) : number).Node)];
        return new(node.Graph.Add(op, inputs));
    }
}
