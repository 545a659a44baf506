using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Local privacy for one of k values: with probability p the answer is drawn uniformly from all k, otherwise it is the true one (Warner 1965). Each unit answers
/// for itself, so nobody has to be trusted. The coin and the draw are exact. Not thread-safe.
/// </summary>
public sealed class RandomizedResponse : IDisposable
{
    private readonly MechanismRandomness _randomness;
    private readonly RandomizedResponseEvent _event;

    /// <summary>A mechanism.</summary>
    /// <param name="values">k ≥ 2.</param>
    /// <param name="epsilon">ε of one answer, above 0 and below 700; p = k/(k - 1 + e^ε), rounded up.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public RandomizedResponse(int values, double epsilon)
        : this(values, epsilon, new MechanismRandomness())
    {
    }

    internal RandomizedResponse(int values, double epsilon, MechanismRandomness randomness)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values, 2);
        if (!(epsilon is > 0 and < 700))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "RandomizedResponse: ε must lie above 0 and below 700.");
        }

        // A few operations of double precision: rounded up, the answers are at least as private.
        double probability = Math.Min(1, values / (values - 1 + Math.Exp(epsilon)) * (1 + 1e-14));
        _randomness = randomness;
        _event = new RandomizedResponseEvent(probability, values);
    }

    /// <summary>p: how often an answer is drawn.</summary>
    public double NoiseProbability => _event.NoiseProbability;

    /// <summary>One answer.</summary>
    /// <param name="truth">The true value, from 0 to k - 1.</param>
    /// <returns>The answer, as the only value, and what it costs, under exchanging a unit's value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such value.</exception>
    public NoisyValues<int> Answer(int truth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(truth);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(truth, _event.Values);
        _randomness.Begin();
        int drawn = _randomness.Stream.NextInt(_event.Values);
        return new NoisyValues<int>([_randomness.Stream.Bernoulli(NoiseProbability) ? drawn : truth], _event);
    }

    /// <summary>How often each value is true, without bias, from counts of answers: (count - n·p/k)/(1 - p). It may be negative.</summary>
    /// <param name="counts">Answers of each value, k of them.</param>
    /// <exception cref="ArgumentException">There are not k counts.</exception>
    public double[] Estimate(ReadOnlySpan<long> counts)
    {
        if (counts.Length != _event.Values)
        {
            throw new ArgumentException($"Estimate: give a count for each of the {_event.Values} values; got {counts.Length}.", nameof(counts));
        }

        double total = 0;
        foreach (long count in counts)
        {
            total += count;
        }

        double[] estimates = new double[counts.Length];
        for (int i = 0; i < estimates.Length; i++)
        {
            estimates[i] = (counts[i] - (total * NoiseProbability / counts.Length)) / (1 - NoiseProbability);
        }

        return estimates;
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _randomness.Dispose();
}
