using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Ridge-regression head, R2-D2 (Bertinetto, Henriques, Torr and Vedaldi 2019, "Meta-learning with differentiable closed-form solvers", equations 4 to
/// 7): the model embeds; the head is the ridge solution on the support set, W = Xᵀ(XXᵀ + λI)⁻¹Y, and predictions are a·XW + b. Penalty, scale and shift are
/// meta-learned; the derivative passes through the solution. Classes are regressed as zeros and ones.
/// </summary>
/// <remarks>Own parameters: <c>learner.penalty</c>, the logarithm of λ, <c>learner.scale</c> a and <c>learner.shift</c> b, scalars.</remarks>
/// <param name="options">Its options.</param>
public sealed class RidgeHead(RidgeHeadOptions options) : SetLearner(options)
{
    private const int Own = 3;

    /// <inheritdoc/>
    public override string Name => "r2d2";

    /// <inheritdoc/>
    protected override IReadOnlyList<ParameterSpec> OwnParameters(Layer model, TaskShape shape) =>
    [
        new ParameterSpec("penalty", Shape.Scalar, Initializer.Constant(Math.Log(options.Penalty))),
        new ParameterSpec("scale", Shape.Scalar, Initializer.Constant(options.Scale)),
        new ParameterSpec("shift", Shape.Scalar, Initializer.Zeros),
    ];

    /// <inheritdoc/>
    protected override Tensor[] Adapted(Episode episode, Tensor[] parameters, int steps)
    {
        ArgumentNullException.ThrowIfNull(episode);
        ArgumentNullException.ThrowIfNull(parameters);
        (Tensor outputs, Tensor[] state) = Batched.SupportState(episode.Model, parameters.AsSpan(..^Own), episode.Inputs);
        Tensor features = TaskRows.Inputs(outputs);
        Tensor gram = features.MatMul(features.SwapLast()) + (LinearSolve.Identity(features, features.Shape[0]) * parameters[^3].Exp());
        Tensor weights = features.SwapLast().MatMul(LinearSolve.PositiveDefinite(gram, TaskRows.Targets(episode.Shape, episode.Targets)));
        return [.. state, weights * parameters[^2], parameters[^1]];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes(Layer model, TaskShape shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        int width = model.OutputShape(shape.Input).Count;
        return [.. base.StateShapes(model, shape), new Shape(new Axis(width, "feature"), new Axis(TaskRows.TargetWidth(shape), "unit")), Shape.Scalar];
    }

    /// <inheritdoc/>
    protected override Tensor Predicted(Layer model, TaskShape shape, Tensor[] state, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(state);
        return TaskRows.Inputs(Batched.Query(model, state.AsSpan(..^2), inputs)).MatMul(state[^2]) + state[^1];
    }
}
