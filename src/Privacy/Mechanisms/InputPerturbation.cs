using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Noise at the data: each unit's row is clipped and gets noise before anything is computed from it, so that whatever is computed afterwards is covered. The dearest of the three
/// places, and the only one that trusts nobody: rows may be perturbed where they arise.
/// </summary>
public sealed class InputPerturbation : IDisposable
{
    private readonly GaussianMechanism _noise;
    private readonly double _clip;

    /// <summary>A mechanism.</summary>
    /// <param name="clipNorm">C: rows are scaled down to this ℓ₂ length, above 0.</param>
    /// <param name="noiseMultiplier">σ: noise standard deviation / 2C, above 0; exchanging a row moves it by 2C at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public InputPerturbation(double clipNorm, double noiseMultiplier)
        : this(clipNorm, noiseMultiplier, null)
    {
    }

    internal InputPerturbation(double clipNorm, double noiseMultiplier, Kernels.Random.RandomKey? key)
    {
        _clip = clipNorm;
        _noise = new GaussianMechanism(2 * clipNorm * ClippedSum.Rounding, noiseMultiplier, NeighbouringRelation.ReplaceOne, key);
    }

    /// <summary>Perturbs one unit's row, once: a row released twice costs twice.</summary>
    /// <param name="row">Its numbers; a row that is not finite counts as zeros.</param>
    /// <returns>The noisy row and what it costs that unit, under exchanging its row.</returns>
    public NoisyValues<double> Release(ReadOnlySpan<double> row)
    {
        double[] clipped = new double[row.Length];
        ClippedSum.Add(row, _clip, clipped);
        return _noise.Release(clipped);
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _noise.Dispose();
}
