namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments of running a mechanism a random number of times K on the same data and keeping the best result (Papernot and Steinke 2022, "Hyperparameter tuning with Rényi differential privacy").
/// </summary>
/// <remarks>
/// Truncated negative binomial K with shape η > -1 and success probability γ (theorem 2), for every λ̂ > 1:
/// <c>D'_λ ≤ D_λ + (1+η)(1-1/λ̂)D_λ̂ + (1+η)log(1/γ)/λ̂ + log E[K]/(λ-1)</c>; the best λ̂ does not depend on λ.
/// Poisson K of mean μ (theorem 6): <c>D'_λ ≤ D_λ + μ·δ̂ + log μ/(λ-1)</c> where the mechanism is (log(1 + 1/(λ-1)), δ̂)-private.
/// </remarks>
internal sealed class RepeatedMoments : MomentBound
{
    private readonly RdpAccountant _inner;
    private readonly RepeatAndSelectEvent _repeated;
    private readonly double _selection;
    private readonly double _logMean;

    /// <summary>Of an event.</summary>
    public RepeatedMoments(RepeatAndSelectEvent repeated)
    {
        _repeated = repeated;
        _inner = new RdpAccountant(repeated.Neighbours);
        _inner.Charge(repeated.Repeated);
        _logMean = Math.Log(repeated.Mean);
        if (!repeated.IsPoisson)
        {
            SelectionObjective objective = new(_inner, repeated.Shape, repeated.Success);
            _selection = OrderSearch.Minimize(ref objective, 8, out _);
        }
    }

    /// <inheritdoc/>
    public override bool Depends => _inner.RenyiDivergence(2) > 0;

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double excess = order - 1;
        double selection = _selection;
        if (_repeated.IsPoisson)
        {
            double delta = _inner.Delta(PreciseMath.Log1p(1 / excess));
            selection = _repeated.Mean * delta;
        }

        // Negative terms (a mean below 1) are not used: a bound must not fall below 0.
        return ((excess * (_inner.RenyiDivergence(order) + selection)) + Math.Max(0, _logMean)) * (1 + 1e-14);
    }

    private readonly struct SelectionObjective(RdpAccountant inner, double shape, double success) : IOrderObjective
    {
        public double At(double order) => (1 + shape) * (((1 - (1 / order)) * inner.RenyiDivergence(order)) - (Math.Log(success) / order));
    }
}
