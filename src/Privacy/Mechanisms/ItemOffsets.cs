using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// How much better or worse than usual each item is rated, released once under user-level privacy. One person adds, for each item rated, the rating's residual (rating - centre - the
/// person's shrunken mean) to the item's sum and a constant to its count; all of it together is scaled down to length C, so one Gaussian release of 2·items numbers covers everybody's whole
/// history: sensitivity C under adding or removing a person.
/// </summary>
/// <remarks>
/// <para>From noisy sum S and count N (in ratings, negative ones held at 0) and the noise's variance v, the offset is what a Gaussian prior of variance τ expects: <c>S·N·τ / (N²τ + v + Nρ)</c>, ρ the
/// residual variance: the posterior mean of b in S = b·N + noise. Items that hardly anybody rated get next to 0. That is computed from released numbers alone and costs nothing.</para>
/// <para>Which items a person rated is hidden as much as how: no list of rated items is published, every item of the catalogue gets its noise.</para>
/// </remarks>
public sealed class ItemOffsets
{
    private ItemOffsets(double[] offsets, double[] counts, double countDeviation) => (Offsets, Counts, CountDeviation) = (offsets, counts, countDeviation);

    /// <summary>Expected offset of each item, in units of ratings.</summary>
    public IReadOnlyList<double> Offsets { get; }

    /// <summary>Noisy number of ratings of each item after clipping, at least 0: how popular it is.</summary>
    public IReadOnlyList<double> Counts { get; }

    /// <summary>Standard deviation of the noise on a count: what is not well above it is no evidence that anybody rated the item.</summary>
    public double CountDeviation { get; }

    /// <summary>What the release costs: one Gaussian release in which everybody takes part.</summary>
    /// <param name="noiseMultiplier">σ: noise standard deviation / clip, above 0.</param>
    public static PrivacyEvent Event(double noiseMultiplier) => new GaussianEvent(noiseMultiplier);

    /// <summary>Releases. The caller charges <see cref="Event"/> first.</summary>
    /// <param name="people">Everybody, each once.</param>
    /// <param name="items">How many items there are: the catalogue's size, which is public.</param>
    /// <param name="noiseMultiplier">σ: noise standard deviation / clip, above 0.</param>
    /// <param name="options">Clip and shrinkage; the defaults when left out.</param>
    /// <exception cref="ArgumentException">An option is out of range, or someone rated an item that there is not.</exception>
    public static ItemOffsets Release(IReadOnlyList<RatedItems> people, int items, double noiseMultiplier, ItemOffsetOptions? options = null) =>
        Release(people, items, noiseMultiplier, options ?? new ItemOffsetOptions(), null);

    internal static ItemOffsets Release(IReadOnlyList<RatedItems> people, int items, double noiseMultiplier, ItemOffsetOptions options, RandomKey? key)
    {
        ArgumentNullException.ThrowIfNull(people);
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        options.Validate();
        double[] sums = Sums(people, items, options);
        using GaussianMechanism mechanism = new(options.Clip * ClippedSum.Rounding, noiseMultiplier, NeighbouringRelation.AddOrRemoveOne, key);
        double variance = mechanism.StandardDeviation * mechanism.StandardDeviation;
        IReadOnlyList<double> noisy = mechanism.Release(sums).Values;
        double[] counts = [.. noisy.Skip(items).Select(count => Math.Max(0, count / options.CountWeight))];
        double[] offsets = [.. counts.Select((count, i) => Expected(noisy[i], count, variance, options))];
        return new ItemOffsets(offsets, counts, mechanism.StandardDeviation / options.CountWeight);
    }

    /// <summary>[sums, counts] of clipped contributions, without noise: private.</summary>
    internal static double[] Sums(IReadOnlyList<RatedItems> people, int items, ItemOffsetOptions options)
    {
        double[] sums = new double[2 * items];
        foreach (RatedItems person in people)
        {
            double mean = 0;
            foreach (float rating in person.Ratings)
            {
                mean += rating - options.Centre;
            }

            mean /= person.Count + options.PersonShrinkage;
            Dictionary<int, (double Residual, double Count)> own = [];
            for (int i = 0; i < person.Count; i++)
            {
                int item = person.Items[i];
                if (item >= items)
                {
                    throw new ArgumentException($"ItemOffsets: item {item} is rated, and there are items 0 to {items - 1}. Give the size of the catalogue.", nameof(items));
                }

                (double residual, double count) = own.GetValueOrDefault(item);
                own[item] = (residual + person.Ratings[i] - options.Centre - mean, count + options.CountWeight);
            }

            // An item that somebody rated twice counts with what that adds up to, so that the length is that of what is added.
            double length = Math.Sqrt(own.Values.Sum(pair => (pair.Residual * pair.Residual) + (pair.Count * pair.Count)));
            double factor = Math.Min(1, options.Clip / length);
            foreach ((int item, (double residual, double count)) in own)
            {
                sums[item] += factor * residual;
                sums[items + item] += factor * count;
            }
        }

        return sums;
    }

    private static double Expected(double sum, double count, double variance, ItemOffsetOptions options)
    {
        double below = (count * count * options.OffsetVariance) + variance + (count * options.ResidualVariance);
        return sum * count * options.OffsetVariance / below;
    }
}
