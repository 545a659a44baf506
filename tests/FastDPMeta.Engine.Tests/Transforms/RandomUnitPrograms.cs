using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tests.Transforms;

/// <summary>
/// Programs nobody would write: a state [4, 4] through random layers, weights new or used before, plain or transposed, in scans, tables and inner
/// gradient steps. The same number gives the same program.
/// </summary>
public static class RandomUnitPrograms
{
    private const int Width = 4;
    private const int Layers = 5;

    public static UnitProgram Make(int number)
    {
        // Shapes must be known before tracing, so all weights exist and a program uses some.
        Shape[] parameters = [.. Enumerable.Repeat(new Shape(Width, Width), 3), new Shape(Width), new Shape(6, Width)];
        Shape[] data = [new(Width, Width), new(Width, Width), new(Width)];
        return new UnitProgram($"random {number}", parameters, data, (w, x) =>
        {
            Walk walk = new(number);
            Tensor state = x[0];
            for (int layer = 0; layer < Layers; layer++)
            {
                state = Layer(walk, state, w, x);
            }

            return [(state - x[1]).Square().Mean(), state.Sum()];
        }, new() { [2] = 6 });
    }

    private static Tensor Layer(Walk walk, Tensor state, Tensor[] w, Tensor[] x) => walk.Next(9) switch
    {
        0 => state.MatMul(Weight(walk, w)).Tanh(),
        1 => Weight(walk, w).MatMul(state).Sigmoid(),
        2 => (state + w[3]).Tanh(),
        3 => state + w[4].Gather(x[2]),
        4 => Attention(state.MatMul(Weight(walk, w)), state.MatMul(Weight(walk, w)), state),
        5 => Normalised(state) * w[3],
        6 => Recurrence(state, Weight(walk, w)),
        7 => InnerStep(state, Weight(walk, w), x[1]),
        _ => Windows(state, Weight(walk, w)),
    };

    private static Tensor Weight(Walk walk, Tensor[] w)
    {
        Tensor weight = w[walk.Next(3)];
        return walk.Next(3) switch { 0 => weight.SwapLast(), 1 => -weight * 0.7, _ => weight };
    }

    private static Tensor Attention(Tensor query, Tensor key, Tensor value)
    {
        Tensor weights = (query.MatMul(key.SwapLast()) * 0.3).Exp();
        return (weights / weights.Sum(-1).BroadcastAt(1, Width)).MatMul(value);
    }

    private static Tensor Normalised(Tensor state)
    {
        Tensor centred = state - state.Mean(-1).BroadcastAt(1, Width);
        return centred * (centred.Square().Mean(-1) + 0.1).Rsqrt().BroadcastAt(1, Width);
    }

    private static Tensor Recurrence(Tensor state, Tensor weight) => Scan.Run(
        [state.Slice(0, 0, 1)],
        [state.Reshape(Width, 1, Width)],
        [weight],
        (carry, item, constants) =>
        {
            Tensor next = (carry[0].MatMul(constants[0]) + item[0]).Tanh();
            return ([next], [next]);
        }).Results[0].Reshape(Width, Width);

    /// <summary>The weight after one gradient step of its own on a small regression, differentiated through.</summary>
    private static Tensor InnerStep(Tensor state, Tensor weight, Tensor target)
    {
        Computation loss = Computation.Trace([weight.Shape, state.Shape, target.Shape], v => (v[1].MatMul(v[0]).Tanh() - v[2]).Square().Mean());
        Tensor slope = loss.Grad(0).Call(weight, state, target)[1];
        return state.MatMul(weight - (slope * 0.5)).Tanh();
    }

    /// <summary>A convolution along the first axis: windows of two, whose halves go through the same weight in two groups.</summary>
    private static Tensor Windows(Tensor state, Tensor weight)
    {
        Tensor windows = state.Pad(0, 1, 0).Unfold(0, 2);
        Tensor groups = windows.Transpose(2, 0, 1).MatMul(weight);
        return groups.Sum(0).Tanh();
    }

    private sealed class Walk(int seed)
    {
        private uint _state = (uint)((seed * 2654435761L) + 12345);

        public int Next(int count)
        {
            _state = (_state * 1664525) + 1013904223;
            return (int)((_state >> 16) % (uint)count);
        }
    }
}
