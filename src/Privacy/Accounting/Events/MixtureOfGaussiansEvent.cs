using System.Collections.Immutable;
using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// One release of a sum with Gaussian noise to which a unit contributes a vector of random length: a group of units on a Poisson lot, or a unit that several rounds may take
/// (Ganesh 2024, "Tight group-level DP guarantees for DP-SGD with sampling via mixture of Gaussians mechanisms").
/// </summary>
public sealed record MixtureOfGaussiansEvent : PrivacyEvent
{
    /// <summary>Probabilities that add up to 1 within this are taken as rounded.</summary>
    private const double Rounding = 1e-9;

    /// <summary>An event.</summary>
    /// <param name="standardDeviation">Of the noise, finite and above 0.</param>
    /// <param name="sensitivities">The lengths, finite and ≥ 0, at least one.</param>
    /// <param name="probabilities">How likely each of them is, in [0, 1], adding up to 1.</param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty, or a number in them is out of range.</exception>
    public MixtureOfGaussiansEvent(double standardDeviation, ImmutableArray<double> sensitivities, ImmutableArray<double> probabilities)
    {
        StandardDeviation = CheckPositive(standardDeviation, nameof(standardDeviation));
        if (sensitivities.IsDefaultOrEmpty || probabilities.IsDefault || sensitivities.Length != probabilities.Length)
        {
            throw new ArgumentException("A mixture needs as many probabilities as sensitivities, and at least one.", nameof(sensitivities));
        }

        if (sensitivities.Any(s => !(s >= 0) || !double.IsFinite(s)))
        {
            throw new ArgumentException("The sensitivities of a mixture must be finite and at least 0.", nameof(sensitivities));
        }

        if (probabilities.Any(p => p is not (>= 0 and <= 1)) || !(Math.Abs(probabilities.Sum() - 1) <= Rounding))
        {
            throw new ArgumentException($"The probabilities of a mixture must lie in [0, 1] and add up to 1; got a sum of {probabilities.Sum():r}.", nameof(probabilities));
        }

        Sensitivities = sensitivities;
        Probabilities = probabilities;
    }

    /// <summary>Standard deviation of the noise.</summary>
    public double StandardDeviation { get; }

    /// <summary>How long a unit's contribution can be.</summary>
    public ImmutableArray<double> Sensitivities { get; }

    /// <summary>How likely each of the lengths is.</summary>
    public ImmutableArray<double> Probabilities { get; }

    /// <summary>A group of units, each of them in the lot with probability q.</summary>
    /// <param name="size">k ≥ 1.</param>
    /// <param name="samplingRate">q in [0, 1].</param>
    /// <param name="noiseMultiplier">Noise / the sensitivity of one unit, above 0.</param>
    public static MixtureOfGaussiansEvent Group(int size, double samplingRate, double noiseMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        CheckSamplingRate(samplingRate);
        double[] probabilities = new double[size + 1];
        double logBinomial = 0;
        for (int i = 0; i <= size; i++)
        {
            double logMass = logBinomial + (i == 0 ? 0 : i * Math.Log(samplingRate)) + (i == size ? 0 : (size - i) * PreciseMath.Log1p(-samplingRate));
            probabilities[i] = Math.Exp(logMass);
            logBinomial += Math.Log((double)(size - i) / (i + 1));
        }

        return new MixtureOfGaussiansEvent(noiseMultiplier, [.. Enumerable.Range(0, size + 1).Select(i => (double)i)], [.. probabilities]);
    }

    /// <summary>Equal numbers in equal order.</summary>
    /// <param name="other">The other event.</param>
    public bool Equals(MixtureOfGaussiansEvent? other) => other is not null
        && Neighbours == other.Neighbours
        && StandardDeviation.Equals(other.StandardDeviation)
        && Sensitivities.AsSpan().SequenceEqual(other.Sensitivities.AsSpan())
        && Probabilities.AsSpan().SequenceEqual(other.Probabilities.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(StandardDeviation, Sensitivities.Length, Sensitivities[^1], Probabilities[0]);

    internal override void AddTo(SingleReleases releases, long count)
    {
        if (Neighbours == NeighbouringRelation.ReplaceOne)
        {
            throw new ArgumentException("A mixture of Gaussians is not accounted for under ReplaceOne: an exchange moves the sum two ways at once. State it under AddOrRemoveOne.", nameof(releases));
        }

        releases.Add(this, count);
    }

    internal override MomentBound Bound()
    {
        (double[] weights, double[] shifts) = Parts();
        return GaussianMixtureMoments.AgainstCentre(weights, shifts);
    }

    internal override DominatingPairs Dominating()
    {
        (double[] weights, double[] shifts) = Parts();
        return LossPairs.GaussianMixture(1, shifts, weights);
    }

    /// <summary>The parts that can happen, in units of the noise; what rounding leaves of the probabilities goes to the largest.</summary>
    internal (double[] Weights, double[] Shifts) Parts()
    {
        int[] possible = [.. Enumerable.Range(0, Sensitivities.Length).Where(i => Probabilities[i] > 0).OrderBy(i => Sensitivities[i])];
        double[] weights = [.. possible.Select(i => Probabilities[i])];
        double sum = weights.Sum();
        if (sum < 1)
        {
            weights[^1] += 1 - sum;
        }
        else if (sum > 1)
        {
            weights[0] = Math.Max(weights[0] - (sum - 1), double.Epsilon);
        }

        return (weights, [.. possible.Select(i => Sensitivities[i] / StandardDeviation)]);
    }
}
