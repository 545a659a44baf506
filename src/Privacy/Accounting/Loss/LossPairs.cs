namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// The dominating pairs of the Gaussian and Laplace mechanisms. Numbers that make no sense are refused; noise 0 gives a pair without any privacy, rate 0 one without any loss.
/// Those of discrete mechanisms are in <see cref="DiscreteMechanisms"/>.
/// </summary>
internal static class LossPairs
{
    /// <summary>Nothing is released.</summary>
    public static DominatingPairs Nothing { get; } = new(new LossPair([], [0], [1], spacing: 0));

    /// <summary>The data themselves are released.</summary>
    public static DominatingPairs NoPrivacy { get; } = new(new LossPair([], [], [], infiniteMass: 1));

    /// <summary>A Gaussian release.</summary>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / sensitivity (twice the clip norm where a record is replaced).</param>
    public static DominatingPairs Gaussian(double noiseMultiplier)
    {
        CheckNoise(noiseMultiplier);
        return noiseMultiplier == 0 ? NoPrivacy : new DominatingPairs(GaussianPair(1 / noiseMultiplier));
    }

    /// <summary>A Poisson-sampled Gaussian release under adding or removing one unit: (1-q)N(0) + qN(1) against N(0), in both directions.</summary>
    /// <param name="rate">q in [0, 1].</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm.</param>
    public static DominatingPairs SampledGaussian(double rate, double noiseMultiplier)
    {
        if (Trivial(rate, noiseMultiplier) is { } trivial)
        {
            return trivial;
        }

        if (rate == 1)
        {
            return Gaussian(noiseMultiplier);
        }

        (MixtureSegment remove, MixtureSegment add) = Sampled(rate, noiseMultiplier);
        return new DominatingPairs(Smooth(remove), Smooth(add));
    }

    /// <summary>A Poisson-sampled Gaussian release under replacing one unit by another: (1-q)N(0) + qN(1) against (1-q)N(0) + qN(-1), one distribution in both directions.</summary>
    /// <param name="rate">q in [0, 1].</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm.</param>
    public static DominatingPairs ReplaceOneSampledGaussian(double rate, double noiseMultiplier)
    {
        if (Trivial(rate, noiseMultiplier) is { } trivial)
        {
            return trivial;
        }

        double mean = 1 / noiseMultiplier;
        return rate == 1
            ? new DominatingPairs(GaussianPair(2 * mean))
            : new DominatingPairs(Smooth(new MixtureSegment(new([1 - rate, rate], [0, mean]), new([1 - rate, rate], [0, -mean]))));
    }

    /// <summary>A Gaussian release whose sensitivity is random: Σ w_k·N(μ_k) against N(0), in both directions (Choquette-Choo et al. 2023).</summary>
    /// <param name="standardDeviation">≥ 0.</param>
    /// <param name="sensitivities">μ_k ≥ 0.</param>
    /// <param name="probabilities">w_k ≥ 0, with sum 1 up to rounding.</param>
    public static DominatingPairs GaussianMixture(double standardDeviation, ReadOnlySpan<double> sensitivities, ReadOnlySpan<double> probabilities)
    {
        CheckNoise(standardDeviation);
        double[] weights = probabilities.ToArray();
        double[] means = sensitivities.ToArray();
        double total = weights.Sum();
        if (means.Length != weights.Length || !(Math.Abs(total - 1) < 1e-9) || weights.Any(w => !(w >= 0)) || means.Any(s => !(s >= 0) || double.IsInfinity(s)))
        {
            throw new ArgumentException("A mixture needs as many sensitivities (finite, at least 0) as probabilities (at least 0, with sum 1).", nameof(probabilities));
        }

        int[] kept = [.. Enumerable.Range(0, weights.Length).Where(k => weights[k] > 0)];
        if (kept.All(k => means[k] == 0))
        {
            return Nothing;
        }

        if (standardDeviation == 0)
        {
            return NoPrivacy;
        }

        double[] shares = [.. kept.Select(k => weights[k] / total)];
        ShiftedNormals p = new(shares, [.. kept.Select(k => means[k] / standardDeviation)]);
        ShiftedNormals q = new(shares, [.. kept.Select(k => -means[k] / standardDeviation)]);
        return p.Count == 1
            ? new DominatingPairs(GaussianPair(p.Highest))
            : new DominatingPairs(Smooth(new MixtureSegment(p, ShiftedNormals.Standard)), Smooth(new MixtureSegment(ShiftedNormals.Standard, q)));
    }

    /// <summary>A group of units under Poisson sampling: the number of them taken is Bin(k, q) (Ganesh 2024, "Tight Group-Level DP Guarantees for DP-SGD with Sampling via Mixture of Gaussians").</summary>
    /// <param name="rate">q in [0, 1].</param>
    /// <param name="groupSize">k in [1, 1000].</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm of one unit.</param>
    public static DominatingPairs GroupSampledGaussian(double rate, int groupSize, double noiseMultiplier)
    {
        if (groupSize is < 1 or > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(groupSize), groupSize, "A group must have between 1 and 1000 units.");
        }

        if (Trivial(rate, noiseMultiplier) is { } trivial)
        {
            return trivial;
        }

        double[] sensitivities = [.. Enumerable.Range(0, groupSize + 1).Select(k => (double)k)];
        double[] weights = new double[groupSize + 1];
        double logBinomial = 0;
        for (int k = 0; k <= groupSize; k++)
        {
            weights[k] = rate == 1 ? (k == groupSize ? 1 : 0) : Math.Exp(logBinomial + (k * Math.Log(rate)) + ((groupSize - k) * PreciseMath.Log1p(-rate)));
            logBinomial += Math.Log((groupSize - k) / (k + 1.0));
        }

        return GaussianMixture(noiseMultiplier, sensitivities, weights);
    }

    /// <summary>
    /// A Poisson lot cut to a largest size, under adding or removing one unit (see <see cref="TruncatedGaussian"/> for why): with probability τ the cut may concern the
    /// unit, which then, at a rate p, stands in another one's place, twice the sensitivity; otherwise it is plain Poisson sampling.
    /// </summary>
    /// <param name="rate">q in [0, 1].</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm.</param>
    /// <param name="cutProbability">τ in [0, 1], rounded up: P(Bin(population - 1, q) ≥ largest lot).</param>
    /// <param name="cutRate">
    /// p in [0, q], rounded up: the rate at which the unit is in the lot where it was cut. With p = q the pair rises with τ, and so covers all smaller populations too; with the p of one
    /// population it holds for that one only.
    /// </param>
    public static DominatingPairs TruncatedSampledGaussian(double rate, double noiseMultiplier, double cutProbability, double cutRate)
    {
        if (!(cutProbability is >= 0 and <= 1) || !(cutRate >= 0 && cutRate <= rate))
        {
            throw new ArgumentOutOfRangeException(nameof(cutProbability), $"τ = {cutProbability}, p = {cutRate}", "τ must lie in [0, 1], and p in [0, rate].");
        }

        if (cutProbability == 0 || cutRate == 0 || Trivial(rate, noiseMultiplier) is not null)
        {
            return SampledGaussian(rate, noiseMultiplier);
        }

        (MixtureSegment remove, MixtureSegment add) = Sampled(rate, noiseMultiplier);
        (MixtureSegment cutRemove, MixtureSegment cutAdd) = Sampled(cutRate, noiseMultiplier / 2);
        return cutProbability == 1
            ? new DominatingPairs(Smooth(cutRemove), Smooth(cutAdd))
            : new DominatingPairs(
                new LossPair([(remove, 1 - cutProbability), (cutRemove, cutProbability)], [], []),
                new LossPair([(add, 1 - cutProbability), (cutAdd, cutProbability)], [], []));
    }

    /// <summary>The same for a population whose size is known exactly (Ganesh et al. 2025): p = q·E[B/(|S|+1) | |S| ≥ B], |S| others taken.</summary>
    /// <param name="population">n ≥ 1, the unit in question included.</param>
    /// <param name="rate">q in [0, 1].</param>
    /// <param name="largestLot">B ≥ 1.</param>
    /// <param name="noiseMultiplier">σ ≥ 0: noise standard deviation / clip norm.</param>
    public static DominatingPairs TruncatedSampledGaussian(int population, double rate, int largestLot, double noiseMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(largestLot, 1);
        double tail = BinomialTail.UpperBound(population - 1, rate, largestLot);
        double taken = BinomialTail.UpperBound(population, rate, largestLot + 1);
        double cutRate = tail > 0 ? Math.Min(rate, taken * largestLot / population / tail * (1 + 1e-9)) : 0;
        return TruncatedSampledGaussian(rate, noiseMultiplier, tail, cutRate);
    }

    /// <summary>
    /// A uniform subset of fixed size, under replacing one unit (Zhu, Dong, Wang 2022): H(s) ≤ h(s) of the pair ((1-γ)N(0) + γN(1), N(0)) for s ≥ 1 in both directions, hence
    /// H(s) ≤ 1 - s + s·h(1/s) below 1. The two curves make one convex curve, so one pair that dominates every pair of neighbours in both directions, and such pairs compose.
    /// </summary>
    /// <remarks>At s = 1 the slope jumps from -P(L ≤ 0) to -Q(L > 0): an atom of mass (1-γ)(2Φ(1/2z) - 1) ≥ 0 at loss 0, which is what makes the curve convex.</remarks>
    /// <param name="rate">γ in [0, 1]: lot / population.</param>
    /// <param name="noiseMultiplier">z ≥ 0: noise standard deviation / (2 × clip norm).</param>
    public static DominatingPairs FixedSizeGaussian(double rate, double noiseMultiplier)
    {
        if (Trivial(rate, noiseMultiplier) is { } trivial)
        {
            return trivial;
        }

        if (rate == 1)
        {
            return Gaussian(noiseMultiplier);
        }

        double mean = 1 / noiseMultiplier;
        MixtureSegment above = new(new([1 - rate, rate], [0, mean]), ShiftedNormals.Standard, low: mean / 2);
        MixtureSegment below = new(ShiftedNormals.Standard, new([1 - rate, rate], [0, -mean]), high: -mean / 2);
        double atom = (1 - rate) * (1 - (2 * NormalDistribution.Cumulative(-mean / 2)));
        return new DominatingPairs(new LossPair([(above, 1), (below, 1)], [0], [atom]));
    }

    /// <summary>A Laplace release.</summary>
    /// <param name="noiseMultiplier">b ≥ 0: scale / sensitivity.</param>
    public static DominatingPairs Laplace(double noiseMultiplier) => SampledLaplace(1, noiseMultiplier);

    /// <summary>A Poisson-sampled Laplace release under adding or removing one unit.</summary>
    /// <param name="rate">q in [0, 1].</param>
    /// <param name="noiseMultiplier">b ≥ 0: scale / sensitivity.</param>
    public static DominatingPairs SampledLaplace(double rate, double noiseMultiplier)
    {
        if (Trivial(rate, noiseMultiplier) is { } trivial)
        {
            return trivial;
        }

        double end = 1 / noiseMultiplier;
        double high = LaplaceSegment.Excess(end, rate);
        double low = LaplaceSegment.Excess(-end, rate);
        double farMass = Math.Exp(-end) / 2; // of the release without the unit, beyond the answer with it
        LossPair remove = new([(new LaplaceSegment(rate, noiseMultiplier, adds: false), 1)], [low, high], [Math.Exp(low) / 2, Math.Exp(high - end) / 2], spacing: high - low, offset: low);
        if (rate == 1)
        {
            return new DominatingPairs(remove);
        }

        LossPair add = new([(new LaplaceSegment(rate, noiseMultiplier, adds: true), 1)], [-high, -low], [farMass, 0.5], spacing: high - low, offset: -high);
        return new DominatingPairs(remove, add);
    }

    internal static LossPair GaussianPair(double shift) =>
        new([(new MixtureSegment(new([1], [shift]), ShiftedNormals.Standard), 1)], [], []) { GaussianShift = shift };

    internal static DominatingPairs? Trivial(double rate, double noise)
    {
        if (!(rate is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A sampling rate must lie in [0, 1].");
        }

        CheckNoise(noise);
        return rate == 0 ? Nothing : noise == 0 ? (rate == 1 ? NoPrivacy : new DominatingPairs(new LossPair([], [0], [1 - rate], infiniteMass: rate))) : null;
    }

    internal static void CheckNoise(double noise)
    {
        if (!(noise >= 0) || double.IsInfinity(noise))
        {
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "Noise must be finite and at least 0. Give noise scale / sensitivity.");
        }
    }

    private static (MixtureSegment Remove, MixtureSegment Add) Sampled(double rate, double noiseMultiplier)
    {
        double mean = 1 / noiseMultiplier;
        return rate == 1
            ? (new MixtureSegment(new([1], [mean]), ShiftedNormals.Standard), new MixtureSegment(ShiftedNormals.Standard, new([1], [-mean])))
            : (new MixtureSegment(new([1 - rate, rate], [0, mean]), ShiftedNormals.Standard),
                new MixtureSegment(ShiftedNormals.Standard, new([1 - rate, rate], [0, -mean])));
    }

    private static LossPair Smooth(MixtureSegment segment) => new([(segment, 1)], [], []);
}
