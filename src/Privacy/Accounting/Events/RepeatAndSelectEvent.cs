namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// A mechanism run a random number of times on the same data, of which only the best result is released: the tuning of hyper-parameters (Liu and Talwar 2019; Papernot and Steinke 2022, "Hyperparameter
/// tuning with Rényi differential privacy"). The number of runs is drawn beforehand and kept secret; releasing every run would cost all of them.
/// </summary>
public sealed record RepeatAndSelectEvent : PrivacyEvent
{
    private RepeatAndSelectEvent(PrivacyEvent repeated, bool isPoisson, double mean, double shape, double success)
    {
        ArgumentNullException.ThrowIfNull(repeated);
        (Repeated, IsPoisson, Mean, Shape, Success) = (repeated, isPoisson, mean, shape, success);
    }

    /// <summary>What one run releases, if it is the best.</summary>
    public PrivacyEvent Repeated { get; }

    /// <summary>Whether the number of runs is a Poisson variable; else truncated negative binomial.</summary>
    public bool IsPoisson { get; }

    /// <summary>Runs on average.</summary>
    public double Mean { get; }

    /// <summary>η of the truncated negative binomial: 0 for the logarithmic, 1 for the geometric distribution; NaN for Poisson.</summary>
    public double Shape { get; }

    /// <summary>γ of the truncated negative binomial; NaN for Poisson.</summary>
    public double Success { get; }

    /// <summary>The relation of the runs.</summary>
    public override NeighbouringRelation Neighbours => Repeated.Neighbours;

    /// <summary>A Poisson number of runs; none at all is possible and releases nothing.</summary>
    /// <param name="repeated">One run.</param>
    /// <param name="mean">μ, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean is out of range or NaN.</exception>
    public static RepeatAndSelectEvent Poisson(PrivacyEvent repeated, double mean) =>
        new(repeated, isPoisson: true, CheckPositive(mean, nameof(mean)), double.NaN, double.NaN);

    /// <summary>A truncated negative binomial number of runs, at least one.</summary>
    /// <param name="repeated">One run.</param>
    /// <param name="shape">η > -1, finite: 1 is the geometric distribution, 0 the logarithmic one; nearer to -1 is cheaper and spreads more.</param>
    /// <param name="success">γ in (0, 1]: smaller means more runs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range or NaN.</exception>
    public static RepeatAndSelectEvent NegativeBinomial(PrivacyEvent repeated, double shape, double success)
    {
        if (!(shape > -1) || !double.IsFinite(shape))
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, "η must be finite and above -1.");
        }

        if (success is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(success), success, "γ must lie in (0, 1].");
        }

        double mean = success == 1 ? 1
            : shape == 0 ? ((1 / success) - 1) / -Math.Log(success)
            : shape * (1 - success) / (success * -PreciseMath.Expm1(shape * Math.Log(success)));
        return new RepeatAndSelectEvent(repeated, isPoisson: false, mean, shape, success);
    }

    internal override MomentBound Bound() => new RepeatedMoments(this);
}
