using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Optim;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1): m ← β₁m + (1 - β₁)g, v ← β₂v + (1 - β₂)g², θ ← θ - rate·m̂/(√v̂ + ε), with m̂ = m/(1 - β₁ᵗ) and
/// v̂ = v/(1 - β₂ᵗ). Weight decay λ is added to the gradient, g + λθ, or decoupled: θ ← θ - rate·λθ first (Loshchilov and Hutter 2019). The
/// corrections are computed on the host in double precision.
/// </summary>
internal sealed class Adam : Optimizer
{
    private readonly Schedule _rate;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly bool _decoupled;

    public Adam(Schedule rate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
    {
        ArgumentNullException.ThrowIfNull(rate);
        if (!(beta1 is >= 0 and < 1 && beta2 is >= 0 and < 1 && epsilon > 0 && double.IsFinite(epsilon) && weightDecay >= 0 && double.IsFinite(weightDecay)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Adam: beta1 and beta2 must lie in [0, 1) and epsilon be finite and above 0, weight decay finite and at least 0; got {beta1}, {beta2}, {epsilon} and {weightDecay}."));
        }

        (_rate, _beta1, _beta2, _epsilon, _weightDecay) = (rate, beta1, beta2, epsilon, weightDecay);
        _decoupled = decoupled && weightDecay > 0;
        ScalarNames = _decoupled ? ["correctedRate", "squareCorrection", "decay"] : ["correctedRate", "squareCorrection"];
    }

    public override IReadOnlyList<string> StateNames { get; } = ["mean", "meanSquare"];

    public override IReadOnlyList<string> ScalarNames { get; }

    public override Tensor[] Update(Tensor parameters, Tensor gradient, ReadOnlySpan<Tensor> state, Tensor scalars)
    {
        CheckState(state.Length);
        Tensor slope = _decoupled ? gradient : Decayed(parameters, gradient, _weightDecay);
        Tensor kept = _decoupled ? parameters - (parameters * Scalar(scalars, 2)) : parameters;
        Tensor mean = (state[0] * _beta1) + (slope * (1 - _beta1));
        Tensor square = (state[1] * _beta2) + (slope.Square() * (1 - _beta2));
        Tensor root = square.Sqrt() * Scalar(scalars, 1);
        return [kept - (Scalar(scalars, 0) * mean / (root + _epsilon)), mean, square];
    }

    public override void FillScalars(long step, Span<float> scalars)
    {
        scalars[0] = (float)(_rate.At(step) / (1 - Math.Pow(_beta1, step + 1)));
        if (_decoupled)
        {
            scalars[2] = (float)(_rate.At(step) * _weightDecay);
        }

        scalars[1] = (float)(1 / Math.Sqrt(1 - Math.Pow(_beta2, step + 1)));
    }
}
