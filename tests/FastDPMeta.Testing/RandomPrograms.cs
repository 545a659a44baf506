using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Testing;

/// <summary>Programs put together at random from every kind of op, the same for the same number: for tests of transformations and backends.</summary>
public static class RandomPrograms
{
    /// <summary>Program number <paramref name="seed"/>: a scalar function of a vector, a matrix and a batch of matrices.</summary>
    public static Computation Create(int seed)
    {
        uint state = ((uint)seed * 2654435761) + 12345;
        int Next(int count)
        {
            state = (state * 1664525) + 1013904223;
            return (int)((state >> 8) % (uint)count);
        }

        return Computation.Trace(Shapes, inputs =>
        {
            List<Tensor> values = [.. inputs];
            for (int step = 0; step < 14; step++)
            {
                values.Add(Step(values[Next(values.Count)], values[Next(values.Count)], Next(22), Next));
            }

            // Every value counts, so that nothing is dead; tanh keeps sizes in hand.
            return values.Select(value => value.Tanh().Mean()).Aggregate((x, y) => x + y);
        });
    }

    /// <summary>Shapes of a program's arguments.</summary>
    public static IReadOnlyList<Shape> Shapes { get; } = [new(4), new(3, 4), new(2, 3, 4)];

    /// <summary>Arguments, the same for the same number.</summary>
    public static double[][] Arguments(int seed)
    {
        // Scrambled, so that no two differences of arguments are equal: a tie of a maximum would fall either way with rounding.
        int count = 0;
        return [.. Shapes.Select(shape => Enumerable.Range(0, shape.Count).Select(_ =>
        {
            double value = Math.Sin((12.9898 * ++count) + seed) * 43758.5453;
            return ((value - Math.Floor(value)) * 2) - 1;
        }).ToArray())];
    }

    private static Tensor Step(Tensor x, Tensor y, int kind, Func<int, int> next)
    {
        int axis = x.Shape.Rank == 0 ? 0 : next(x.Shape.Rank);
        return kind switch
        {
            0 => -x,
            1 => x.Tanh(),
            2 => x.Sigmoid() * 2.0,
            3 => (x * 0.3).Exp(),
            4 => x.Relu(),
            5 => (x.Square() + 1.0).Rsqrt(),
            6 => 1.5 - (x / 3.0),
            7 or 8 when Fits(x, y) => x + y,
            9 or 10 when Fits(x, y) => x * y,
            11 when Fits(x, y) => x - y,
            12 when Fits(x, y) => Tensor.Max(x, y),
            13 when Fits(x, y) => Tensor.Select(x < y, x, y * 0.5),
            14 when x.Shape.Rank > 0 => x.Sum(axis),
            15 when x.Shape.Rank > 0 => x.MaxOver(axis),
            16 when x.Shape.Rank > 1 => x.MoveAxis(axis, 0),
            17 when x.Shape.Rank > 1 => x.Reshape(x.Shape.Count),
            18 when x.Shape.Rank > 0 && x.Shape[axis] > 1 => x.Slice(axis, next(2), x.Shape[axis] - 1),
            19 when x.Shape.Rank is > 0 and < 3 && x.Shape.Count < 200 => x.Pad(axis, next(2), 1, next(2) * 0.5),
            20 when x.Shape.Rank is > 0 and < 3 && x.Shape[axis] > 2 => x.Unfold(axis, 2, 1 + next(2)),
            21 when x.Shape.Rank > 1 && x.Shape.Count < 200 => x.MatMul(x.SwapLast()) * 0.2,
            _ when x.Shape.Rank < 3 && x.Shape.Count < 100 => x.BroadcastAt(next(x.Shape.Rank + 1), 2),
            _ => x * 0.5,
        };
    }

    private static bool Fits(Tensor x, Tensor y)
    {
        for (int axis = 1; axis <= Math.Min(x.Shape.Rank, y.Shape.Rank); axis++)
        {
            if (x.Shape[-axis] != y.Shape[-axis] && x.Shape[-axis] != 1 && y.Shape[-axis] != 1)
            {
                return false;
            }
        }

        return true;
    }
}
