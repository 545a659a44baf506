using System.Numerics;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Decrypted slots that only the key's holder may see as they are. <see cref="Release"/> makes what may be shared; it can be called once, since the average
/// of several releases has less noise.
/// </summary>
public sealed class SecretSlots
{
    private readonly Complex[] _slots;
    private bool _released;

    internal SecretSlots(Complex[] slots, double errorBound) => (_slots, ErrorBound) = (slots, errorBound);

    /// <summary>A bound on the error of every slot.</summary>
    public double ErrorBound { get; }

    /// <summary>
    /// The slots with the ciphertext's error in their last bits, for the key's holder alone. Whoever sees them and the ciphertext can compute the secret
    /// key: keep them where the key is.
    /// </summary>
    public Complex[] ForKeyHolderOnly() => [.. _slots];

    /// <summary>
    /// The slots with noise that hides the ciphertext's error: of all slots together, so its deviation is the policy's factor times the bound of the error's length, √slots times that of one slot.
    /// </summary>
    /// <param name="policy">How much.</param>
    /// <exception cref="InvalidOperationException">They were released before.</exception>
    public Complex[] Release(ReleasePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (_released)
        {
            throw new InvalidOperationException("SecretSlots.Release: released already; two releases of one ciphertext average the noise away. Keep the first.");
        }

        _released = true;
        using RandomKey key = RandomKey.FromOperatingSystem();
        using RandomStream stream = new(key);
        double deviation = policy.Factor * ErrorBound * Math.Sqrt(_slots.Length);
        return Array.ConvertAll(_slots, slot => slot + new Complex(deviation * stream.NextGaussian(), deviation * stream.NextGaussian()));
    }
}
