using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>What normalising layers share.</summary>
internal static class Normalization
{
    /// <summary>Scale 1 and shift 0 for each channel or feature.</summary>
    public static ParameterSpec[] Parameters(int count, string label) =>
    [
        new("scale", new Shape(new Axis(count, label)), Initializer.Ones),
        new("shift", new Shape(new Axis(count, label)), Initializer.Zeros),
    ];

    /// <summary>(x - mean)/√(variance + ε) along the last axis; the variance is that of the population, divided by n.</summary>
    public static Tensor Rows(Tensor x, double epsilon)
    {
        Axis last = x.Shape.Axes[^1];
        int place = x.Shape.Rank - 1;
        Tensor centred = x - x.Mean(-1).BroadcastAt(place, last);
        return centred * (centred.Square().Mean(-1) + epsilon).Rsqrt().BroadcastAt(place, last);
    }
}
