using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Optim;

/// <summary>Gradient descent, with momentum as in Sutskever et al. 2013 but the rate outside the velocity, so that schedules act at once.</summary>
internal sealed class Sgd : Optimizer
{
    private readonly Schedule _rate;
    private readonly double _momentum;
    private readonly bool _nesterov;

    public Sgd(Schedule rate, double momentum, bool nesterov)
    {
        ArgumentNullException.ThrowIfNull(rate);
        if (!(momentum is >= 0 and < 1) || (nesterov && momentum == 0))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Sgd: momentum must lie in [0, 1), above 0 with nesterov; got {momentum}{(nesterov ? " with nesterov" : string.Empty)}."));
        }

        (_rate, _momentum, _nesterov) = (rate, momentum, nesterov);
    }

    public override IReadOnlyList<string> StateNames => _momentum == 0 ? [] : ["velocity"];

    public override IReadOnlyList<string> ScalarNames { get; } = ["rate"];

    public override Tensor[] Update(Tensor parameters, Tensor gradient, ReadOnlySpan<Tensor> state, Tensor scalars)
    {
        CheckState(state.Length);
        Tensor rate = Scalar(scalars, 0);
        if (_momentum == 0)
        {
            return [parameters - (rate * gradient)];
        }

        Tensor velocity = (state[0] * _momentum) + gradient;
        Tensor direction = _nesterov ? gradient + (velocity * _momentum) : velocity;
        return [parameters - (rate * direction), velocity];
    }

    public override void FillScalars(long step, Span<float> scalars) => scalars[0] = (float)_rate.At(step);
}
