using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Optim;

/// <summary>
/// RMSProp (Hinton 2012, lecture 6e): v ← αv + (1 - α)g², d = g/(√v + ε). Centred, the variance v - m² stands for v, with m ← αm + (1 - α)g (Graves
/// 2013, equation 38). With momentum, u ← momentum·u + d, and θ ← θ - rate·u; without, θ ← θ - rate·d.
/// </summary>
internal sealed class RmsProp : Optimizer
{
    private readonly Schedule _rate;
    private readonly double _decay;
    private readonly double _epsilon;
    private readonly double _momentum;
    private readonly bool _centered;
    private readonly double _weightDecay;

    public RmsProp(Schedule rate, double decay, double epsilon, double momentum, bool centered, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(rate);
        if (!(decay is >= 0 and < 1 && momentum is >= 0 and < 1 && epsilon > 0 && double.IsFinite(epsilon) && weightDecay >= 0 && double.IsFinite(weightDecay)))
        {
            throw new ArgumentException(
                "RmsProp: decay and momentum must lie in [0, 1), epsilon be finite and above 0 and weight decay finite and at least 0; "
                + FormattableString.Invariant($"got {decay}, {momentum}, {epsilon} and {weightDecay}."));
        }

        (_rate, _decay, _epsilon, _momentum, _centered, _weightDecay) = (rate, decay, epsilon, momentum, centered, weightDecay);
        StateNames = [.. new[] { "meanSquare", centered ? "mean" : null, momentum > 0 ? "velocity" : null }.OfType<string>()];
    }

    public override IReadOnlyList<string> StateNames { get; }

    public override IReadOnlyList<string> ScalarNames { get; } = ["rate"];

    public override Tensor[] Update(Tensor parameters, Tensor gradient, ReadOnlySpan<Tensor> state, Tensor scalars)
    {
        CheckState(state.Length);
        Tensor slope = Decayed(parameters, gradient, _weightDecay);
        Tensor square = (state[0] * _decay) + (slope.Square() * (1 - _decay));
        List<Tensor> next = [square];
        Tensor spread = square;
        if (_centered)
        {
            Tensor mean = (state[1] * _decay) + (slope * (1 - _decay));
            next.Add(mean);

            // In exact arithmetic never below 0; rounded, it may be.
            spread = Tensor.Max(square - mean.Square(), square.Fill(0));
        }

        Tensor direction = slope / (spread.Sqrt() + _epsilon);
        if (_momentum > 0)
        {
            direction = (state[^1] * _momentum) + direction;
            next.Add(direction);
        }

        return [parameters - (Scalar(scalars, 0) * direction), .. next];
    }

    public override void FillScalars(long step, Span<float> scalars) => scalars[0] = (float)_rate.At(step);
}
