using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Noise at the released parameters: training is left alone, and the exact minimiser of a regularised convex loss gets noise once (Chaudhuri, Monteleoni and Sarwate 2011, "Differentially private empirical risk minimization",
/// algorithm 1). Only for such losses: the minimiser of (1/n)·Σ loss + (λ/2)‖θ‖², each loss convex and L-Lipschitz in θ, moves by at most 2L/(nλ) when one unit is exchanged (corollary 8).
/// </summary>
/// <remarks>The bound is that of the exact minimiser. Parameters within a distance η of it count with <c>tolerance</c> η: two of them differ by 2η more.</remarks>
public sealed class OutputPerturbation : IDisposable
{
    private readonly GaussianMechanism _noise;

    /// <summary>A mechanism.</summary>
    /// <param name="lipschitz">L: the longest gradient of one unit's loss, above 0.</param>
    /// <param name="regularization">λ, above 0.</param>
    /// <param name="units">n ≥ 1, public: the relation is exchanging one unit for another.</param>
    /// <param name="noiseMultiplier">σ: noise standard deviation / sensitivity, above 0.</param>
    /// <param name="tolerance">η ≥ 0: how far the parameters are from the minimiser at most; for gradient descent at most ‖gradient‖/λ.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public OutputPerturbation(double lipschitz, double regularization, int units, double noiseMultiplier, double tolerance = 0)
        : this(lipschitz, regularization, units, noiseMultiplier, tolerance, null)
    {
    }

    internal OutputPerturbation(double lipschitz, double regularization, int units, double noiseMultiplier, double tolerance, RandomKey? key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        if (!(lipschitz > 0 && regularization > 0 && tolerance >= 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(lipschitz), lipschitz, $"OutputPerturbation: the Lipschitz constant and λ must be above 0, the tolerance at least 0; got {lipschitz}, {regularization} and {tolerance}.");
        }

        Sensitivity = ((2 * lipschitz / (units * regularization)) + (2 * tolerance)) * ClippedSum.Rounding;
        _noise = new GaussianMechanism(Sensitivity, noiseMultiplier, NeighbouringRelation.ReplaceOne, key);
    }

    /// <summary>2L/(nλ) + 2η.</summary>
    public double Sensitivity { get; }

    /// <summary>Releases the parameters, once.</summary>
    /// <param name="parameters">The minimiser, to within the tolerance.</param>
    /// <returns>The noisy parameters and what they cost, under exchanging one unit.</returns>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public NoisyValues<double> Release(ReadOnlySpan<double> parameters) => _noise.Release(parameters);

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _noise.Dispose();
}
