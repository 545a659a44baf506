using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Meta-Curvature (Park and Oliva 2019, section 3.2): gradients are multiplied by meta-learned matrices, one for each axis of a parameter, before a step; they
/// begin at the identity, as MAML. A parameter's axes are its first, its second and all others together (their M_o, M_i and M_f).
/// </summary>
/// <remarks>Own parameters: <c>learner.curvature.…</c> for each parameter and axis, [n, n].</remarks>
/// <param name="options">Its options.</param>
public sealed class MetaCurvature(MetaCurvatureOptions options) : UnrolledLearner(options)
{
    private const int Axes = 3;

    /// <inheritdoc/>
    public override string Name => "meta-curvature";

    /// <inheritdoc/>
    public override Learner Recomputed => options.Recompute ? this : new MetaCurvature(options with { Recompute = true });

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        // What is learned is the distance from the identity, so that it begins at zeros.
        return [.. model.Parameters.SelectMany(parameter => Sizes(parameter.Shape).Select((size, axis) =>
            new ParameterSpec($"curvature.{parameter.Name}.{axis}", new Shape(size, size), Initializer.Zeros) { Trainable = parameter.Trainable }))];
    }

    /// <inheritdoc/>
    private protected override Tensor Move(Tensor gradient, int index, Tensor[] own, Tensor[] elements)
    {
        int[] sizes = Sizes(gradient.Shape);
        Tensor value = gradient.Reshape(sizes[0], sizes[1], sizes[2]);
        for (int axis = 0; axis < Axes; axis++)
        {
            Tensor moved = value.MoveAxis(axis, -1);
            Tensor rows = moved.Reshape(moved.Shape.Count / sizes[axis], sizes[axis]);
            Tensor product = rows + rows.MatMul(own[(index * Axes) + axis].SwapLast());
            value = product.Reshape(moved.Shape).MoveAxis(-1, axis);
        }

        return value.Reshape(gradient.Shape) * options.InnerRate;
    }

    private static int[] Sizes(Shape shape)
    {
        int first = shape.Rank > 0 ? shape[0] : 1;
        int second = shape.Rank > 1 ? shape[1] : 1;
        return [first, second, shape.Count / first / second];
    }
}
