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
        (Tensor mean, Tensor inverse) = Moments(x, epsilon);
        return (x - Along(mean, x)) * Along(inverse, x);
    }

    /// <summary>Mean and 1/√(variance + ε) along the last axis, which disappears.</summary>
    public static (Tensor Mean, Tensor Inverse) Moments(Tensor x, double epsilon)
    {
        Tensor mean = x.Mean(-1);
        return (mean, ((x - Along(mean, x)).Square().Mean(-1) + epsilon).Rsqrt());
    }

    private static Tensor Along(Tensor perRow, Tensor x) => perRow.BroadcastAt(x.Shape.Rank - 1, x.Shape.Axes[^1]);
}
