namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// A stretch of outcomes over which the privacy loss rises continuously with a parameter x: the loss L(x) = log p(x)/q(x) and the density of P in x.
/// </summary>
internal abstract class LossSegment
{
    /// <summary>The lowest x, possibly -∞.</summary>
    public abstract double Low { get; }

    /// <summary>The highest x, possibly ∞.</summary>
    public abstract double High { get; }

    /// <summary>Losses and densities at given x, to a few units in the last place of the largest term in them.</summary>
    /// <param name="x">Inside [Low, High].</param>
    /// <param name="loss">L(x).</param>
    /// <param name="density">The density of P.</param>
    public abstract void Evaluate(ReadOnlySpan<double> x, Span<double> loss, Span<double> density);

    /// <summary>The x at which the loss reaches a value; Low or High where it never does.</summary>
    /// <param name="loss">The value.</param>
    /// <param name="guess">An x nearby, which saves time.</param>
    public abstract double Inverse(double loss, double guess);

    /// <summary>As the other for several losses at once, each to be used as an edge: a misplacement by rounding is of no account.</summary>
    /// <param name="losses">Ascending values.</param>
    /// <param name="guess">An x near the first.</param>
    /// <param name="places">The x of each.</param>
    public virtual void Inverse(ReadOnlySpan<double> losses, double guess, Span<double> places)
    {
        for (int i = 0; i < losses.Length; i++)
        {
            guess = places[i] = Inverse(losses[i], guess);
        }
    }

    /// <summary>A width over which the density changes by a factor of about e at most.</summary>
    public abstract double DensityScale(double x);

    /// <summary>A width over which neither density nor e^L changes by much more than a factor e: quadrature panels are no wider.</summary>
    public abstract double Scale(double x);

    /// <summary>An x beyond which P has at most the given mass, with a bound of that mass.</summary>
    /// <param name="logMass">Logarithm of the mass allowed, below -1.</param>
    /// <param name="mass">A bound of P's mass above the x returned; 0 at High.</param>
    public abstract double UpperEnd(double logMass, out double mass);

    /// <summary>An x below which P has at most the given mass, with a bound of that mass.</summary>
    /// <param name="logMass">Logarithm of the mass allowed, below -1.</param>
    /// <param name="mass">A bound of P's mass below the x returned; 0 at Low.</param>
    public abstract double LowerEnd(double logMass, out double mass);
}
