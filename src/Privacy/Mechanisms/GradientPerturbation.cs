using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Noise at the gradients: each unit's vector is clipped, the sum gets noise. What a training under a <see cref="PrivacyPlan"/> does in every round, fused and on any device; here for loops of one's own,
/// one release at a time. The sampling of the units is the caller's, and so is its account: the event is that of one release in which every unit takes part.
/// </summary>
public sealed class GradientPerturbation : IDisposable
{
    private readonly GaussianMechanism _noise;
    private readonly double _clip;

    /// <summary>A mechanism.</summary>
    /// <param name="clipNorm">C: vectors are scaled down to this ℓ₂ length, above 0.</param>
    /// <param name="noiseMultiplier">σ: noise standard deviation / C, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public GradientPerturbation(double clipNorm, double noiseMultiplier)
        : this(clipNorm, noiseMultiplier, null)
    {
    }

    internal GradientPerturbation(double clipNorm, double noiseMultiplier, RandomKey? key)
    {
        _clip = clipNorm;
        _noise = new GaussianMechanism(clipNorm * ClippedSum.Rounding, noiseMultiplier, NeighbouringRelation.AddOrRemoveOne, key);
    }

    /// <summary>Releases the noisy sum of clipped vectors.</summary>
    /// <param name="units">One vector for each unit, all of one length; those that are not finite count as zeros. None at all is a sum of zeros.</param>
    /// <param name="count">Numbers of a vector.</param>
    /// <returns>The noisy sum and what it costs, under adding or removing one unit. Divide by a public number, never by how many units there were.</returns>
    /// <exception cref="ArgumentException">A vector has another length.</exception>
    public NoisyValues<double> Release(IEnumerable<ReadOnlyMemory<double>> units, int count)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double[] sum = new double[count];
        foreach (ReadOnlyMemory<double> unit in units)
        {
            if (unit.Length != count)
            {
                throw new ArgumentException($"Release: every vector must have {count} numbers; one has {unit.Length}.", nameof(units));
            }

            ClippedSum.Add(unit.Span, _clip, sum);
        }

        return _noise.Release(sum);
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _noise.Dispose();
}
