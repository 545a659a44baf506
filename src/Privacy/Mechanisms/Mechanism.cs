using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Adds noise to numbers computed from private data and says what that costs. The noise comes from ChaCha20 under a key of this object's own, drawn from the operating system;
/// every release has fresh bits. Not thread-safe.
/// </summary>
/// <typeparam name="T">Type of a number: whole numbers get exact discrete noise, real ones noise in floating point.</typeparam>
public abstract class Mechanism<T> : IDisposable
{
    private protected Mechanism(RandomKey? key, NeighbouringRelation neighbours)
    {
        if (!Enum.IsDefined(neighbours))
        {
            throw new ArgumentOutOfRangeException(nameof(neighbours), neighbours, "The relation must be AddOrRemoveOne, ReplaceOne or ReplaceWithNothing.");
        }

        Neighbours = neighbours;
        Randomness = key is null ? new MechanismRandomness() : new MechanismRandomness(key);
    }

    /// <summary>The relation under which the sensitivity was given.</summary>
    public NeighbouringRelation Neighbours { get; }

    private protected MechanismRandomness Randomness { get; }

    /// <summary>Releases numbers with noise.</summary>
    /// <param name="values">Numbers that one unit moves by at most the mechanism's sensitivity, all together; finite.</param>
    /// <returns>The noisy numbers and what the release costs.</returns>
    /// <exception cref="ArgumentException">A number is not finite: which one is not said.</exception>
    /// <exception cref="ObjectDisposedException">The mechanism was disposed of.</exception>
    public NoisyValues<T> Release(ReadOnlySpan<T> values)
    {
        Randomness.Begin();
        T[] noisy = values.ToArray();
        Perturb(noisy);
        return new NoisyValues<T>(noisy, EventOf(noisy.Length));
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose()
    {
        Randomness.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Perturb(Span<T> values);

    /// <summary>What the release of so many numbers costs.</summary>
    private protected abstract PrivacyEvent EventOf(int count);

    private protected static void CheckFinite(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException("Release: all values must be finite. Clip or replace others before they reach a mechanism.", nameof(values));
            }
        }
    }

    private protected static double CheckPositive(double value, string name, string advice) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and above 0. {advice}");
}
