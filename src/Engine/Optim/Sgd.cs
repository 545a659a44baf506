using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Optim;

/// <summary>Gradient descent, with momentum as in Sutskever et al. 2013 but the rate outside the velocity, so that schedules act at once.</summary>
internal sealed class Sgd : Optimizer
{
    private readonly Schedule _rate;
    private readonly double _momentum;
    private readonly bool _nesterov;
    private readonly double _weightDecay;

    public Sgd(Schedule rate, double momentum, bool nesterov, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(rate);
        if (!(momentum is >= 0 and < 1) || (nesterov && momentum == 0) || !(weightDecay >= 0 && double.IsFinite(weightDecay)))
        {
            throw new ArgumentException("Sgd: momentum must lie in [0, 1), above 0 with nesterov, and weight decay be finite and at least 0; "
                + FormattableString.Invariant($"got {momentum}{(nesterov ? " with nesterov" : string.Empty)} and {weightDecay}."));
        }

        (_rate, _momentum, _nesterov, _weightDecay) = (rate, momentum, nesterov, weightDecay);
    }

    public override IReadOnlyList<string> StateNames => _momentum == 0 ? [] : ["velocity"];

    public override IReadOnlyList<string> ScalarNames { get; } = ["rate"];

    public override Tensor[] Update(Tensor parameters, Tensor gradient, ReadOnlySpan<Tensor> state, Tensor scalars)
    {
        CheckState(state.Length);
        Tensor rate = Scalar(scalars, 0);
        Tensor slope = Decayed(parameters, gradient, _weightDecay);
        if (_momentum == 0)
        {
            return [parameters - (rate * slope)];
        }

        Tensor velocity = (state[0] * _momentum) + slope;
        Tensor direction = _nesterov ? slope + (velocity * _momentum) : velocity;
        return [parameters - (rate * direction), velocity];
    }

    public override void FillScalars(long step, Span<float> scalars) => scalars[0] = (float)_rate.At(step);
}
