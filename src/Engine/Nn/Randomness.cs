using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Where a model draws random numbers in training: a pure function of a key that is handed in as data, so that examples with keys of their own
/// draw their own numbers, and equal keys draw equal ones. Each draw of a trace has its own stream of the key.
/// </summary>
/// <param name="key">The key, [10]: see <see cref="KeyShape"/>.</param>
public sealed class Randomness(Tensor key)
{
    private uint _streams;

    /// <summary>
    /// Shape of a key: ten words as <see cref="Kernels.Random.RandomKey.WriteNoiseKey"/> writes them, 256 bits of key and a 64-bit number that no
    /// two examples or rounds share.
    /// </summary>
    public static Shape KeyShape { get; } = new(new Axis(NoiseSpec.KeyWords, "word"));

    /// <summary>A mask of independent numbers, 1 with probability 1 - <paramref name="rate"/> and else 0; no derivative flows through it.</summary>
    /// <param name="rate">Probability of 0, at least 0 and below 1; kept to within 2⁻²³, as fine as normal numbers in single precision are.</param>
    /// <param name="shape">Shape of the mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    /// <remarks>A normal number falls below the quantile Φ⁻¹(p) with probability p: the noise of private training is the only source.</remarks>
    public Tensor Keep(double rate, Shape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rate, 1);
        return key.Gaussian(_streams++, shape) < NormalQuantile.Of(1 - rate);
    }
}
