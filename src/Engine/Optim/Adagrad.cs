using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Optim;

/// <summary>
/// Adagrad (Duchi, Hazan and Singer 2011, figure 1, diagonal): s ← s + g², θ ← θ - rate/(1 + t·rateDecay)·g/(√(initial + s) + ε), t being the step's
/// number from 0.
/// </summary>
internal sealed class Adagrad : Optimizer
{
    private readonly Schedule _rate;
    private readonly double _rateDecay;
    private readonly double _epsilon;
    private readonly double _initial;
    private readonly double _weightDecay;

    public Adagrad(Schedule rate, double rateDecay, double epsilon, double initial, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(rate);
        if (!(rateDecay >= 0 && double.IsFinite(rateDecay) && epsilon > 0 && double.IsFinite(epsilon) && initial >= 0 && double.IsFinite(initial)
            && weightDecay >= 0 && double.IsFinite(weightDecay)))
        {
            throw new ArgumentException(
                "Adagrad: rate decay, initial sum and weight decay must be finite and at least 0 and epsilon finite and above 0; "
                + FormattableString.Invariant($"got {rateDecay}, {initial}, {weightDecay} and {epsilon}."));
        }

        (_rate, _rateDecay, _epsilon, _initial, _weightDecay) = (rate, rateDecay, epsilon, initial, weightDecay);
    }

    public override IReadOnlyList<string> StateNames { get; } = ["sumOfSquares"];

    public override IReadOnlyList<string> ScalarNames { get; } = ["rate"];

    public override Tensor[] Update(Tensor parameters, Tensor gradient, ReadOnlySpan<Tensor> state, Tensor scalars)
    {
        CheckState(state.Length);
        Tensor slope = Decayed(parameters, gradient, _weightDecay);
        Tensor sum = state[0] + slope.Square();
        Tensor root = (_initial == 0 ? sum : sum + _initial).Sqrt();
        return [parameters - (Scalar(scalars, 0) * slope / (root + _epsilon)), sum];
    }

    public override void FillScalars(long step, Span<float> scalars) => scalars[0] = (float)(_rate.At(step) / (1 + (step * _rateDecay)));
}
