namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// The dominating pairs of mechanisms with countably many outcomes. With a rate q below 1 the unit in question is taken by Poisson sampling, under adding or removing it.
/// Outcomes of mass below e^{-740} are left to the ends: nothing a double can show.
/// </summary>
internal static class DiscreteMechanisms
{
    private const double LeastLogMass = -740;
    private const int LargestCount = 1 << 22;

    /// <summary>Discrete Gaussian noise, pmf ∝ e^{-x²/2σ²} on the integers (Canonne, Kamath, Steinke 2020).</summary>
    /// <param name="sigma">σ > 0, up to 50,000.</param>
    /// <param name="sensitivity">A whole number ≥ 0.</param>
    /// <param name="rate">q in [0, 1].</param>
    public static DominatingPairs Gaussian(double sigma, int sensitivity, double rate = 1)
    {
        if (Trivial(sigma, sensitivity, rate) is { } trivial)
        {
            return trivial;
        }

        double reach = Math.Ceiling(sigma * Math.Sqrt(-2 * LeastLogMass)) + 1;
        int count = Count((2 * reach) + sensitivity + 1, nameof(sigma));
        double[] losses = new double[count];
        double[] logMasses = new double[count];
        double variance = sigma * sigma;
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            double x = i - reach;
            logMasses[i] = -x * x / (2 * variance);
            losses[i] = sensitivity * (x - (sensitivity / 2.0)) / variance;
            total += Math.Exp(logMasses[i]);
        }

        return Sampled(losses, Normalized(logMasses, total), rate, sensitivity / variance, losses[(int)reach]);
    }

    /// <summary>Discrete Laplace (two-sided geometric) noise, pmf ∝ e^{-a|x|} on the integers.</summary>
    /// <param name="parameter">a > 0.</param>
    /// <param name="sensitivity">A whole number ≥ 0.</param>
    /// <param name="rate">q in [0, 1].</param>
    public static DominatingPairs Laplace(double parameter, int sensitivity, double rate = 1)
    {
        if (!(parameter > 0) || double.IsInfinity(parameter))
        {
            throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "The parameter of discrete Laplace noise must be finite and above 0.");
        }

        if (Trivial(1, sensitivity, rate) is { } trivial)
        {
            return trivial;
        }

        // At and below the one answer, at and beyond the other, and every integer between.
        int count = Count(sensitivity + 1.0, nameof(sensitivity));
        double[] losses = new double[count];
        double[] logMasses = new double[count];
        double logEnd = -PreciseMath.Log1p(Math.Exp(-parameter));
        double logPeak = Math.Log(-PreciseMath.Expm1(-parameter)) + logEnd;
        for (int x = 0; x < count; x++)
        {
            losses[x] = parameter * ((2.0 * x) - sensitivity);
            logMasses[x] = (-parameter * x) + (x == 0 || x == sensitivity ? logEnd : logPeak);
        }

        return Sampled(losses, logMasses, rate, 2 * parameter, losses[0]);
    }

    /// <summary>Skellam noise: the difference of two Poisson variables (Agarwal, Kairouz, Liu 2021), one coordinate.</summary>
    /// <param name="variance">μ > 0, up to 10⁸: the sum of both means.</param>
    /// <param name="sensitivity">A whole number in [0, 4096].</param>
    /// <param name="rate">q in [0, 1].</param>
    public static DominatingPairs Skellam(double variance, int sensitivity, double rate = 1)
    {
        if (sensitivity > 4096)
        {
            throw new ArgumentOutOfRangeException(nameof(sensitivity), sensitivity, "Skellam noise is accounted for up to a sensitivity of 4096. Use a coarser lattice.");
        }

        if (Trivial(variance, sensitivity, rate) is { } trivial)
        {
            return trivial;
        }

        double[] logRatios = BesselRatios.Logarithms(variance, LeastLogMass, LargestCount);
        int reach = logRatios.Length - sensitivity;
        if (reach < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(sensitivity), sensitivity, "The sensitivity is far beyond the noise. Give more noise.");
        }

        double[] logMasses = new double[(2 * reach) + 1];
        double total = 1;
        for (int x = 1; x <= reach; x++)
        {
            logMasses[reach + x] = logMasses[reach + x - 1] + logRatios[x - 1];
            logMasses[reach - x] = logMasses[reach + x];
            total += 2 * Math.Exp(logMasses[reach + x]);
        }

        double[] losses = new double[logMasses.Length];
        for (int i = 0; i < losses.Length; i++)
        {
            // log p(x - Δ) - log p(x), one ratio at a time: differences of cumulated sums would carry their rounding.
            int x = i - reach;
            for (int step = 0; step < sensitivity; step++)
            {
                losses[i] += x - step > 0 ? -logRatios[x - step - 1] : logRatios[step - x];
            }
        }

        return Sampled(losses, Normalized(logMasses, total), rate, 0, 0);
    }

    /// <summary>Randomised response: the true one of k answers, replaced by a uniform one with probability p, under replacing the record.</summary>
    /// <param name="noise">p in [0, 1].</param>
    /// <param name="answers">k ≥ 2.</param>
    public static DominatingPairs RandomizedResponse(double noise, int answers)
    {
        if (!(noise is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "The probability of a random answer must lie in [0, 1].");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 2);
        if (noise == 0 || noise == 1)
        {
            return noise == 0 ? LossPairs.NoPrivacy : LossPairs.Nothing;
        }

        double other = noise / answers;
        double loss = PreciseMath.Log1p((1 - noise) / other);
        return new DominatingPairs(answers == 2
            ? new LossPair([], [-loss, loss], [other, 1 - noise + other], spacing: 2 * loss, offset: -loss)
            : new LossPair([], [-loss, 0, loss], [other, (answers - 2) * other, 1 - noise + other], spacing: loss, offset: -loss));
    }

    /// <summary>Any mechanism with a pure ε: randomised response over two answers dominates it (Kairouz, Oh, Viswanath 2015). The exponential mechanism is one.</summary>
    /// <param name="epsilon">ε ≥ 0; ∞ is no privacy.</param>
    public static DominatingPairs PureEpsilon(double epsilon) => EpsilonDelta(epsilon, 0);

    /// <summary>Any mechanism that is (ε, δ)-private.</summary>
    /// <param name="epsilon">ε ≥ 0; ∞ is no privacy.</param>
    /// <param name="delta">δ in [0, 1].</param>
    public static DominatingPairs EpsilonDelta(double epsilon, double delta)
    {
        if (!(epsilon >= 0) || !(delta is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"({epsilon}, {delta})", "ε must be at least 0, and δ lie in [0, 1].");
        }

        if (delta == 1 || double.IsInfinity(epsilon))
        {
            return LossPairs.NoPrivacy;
        }

        return epsilon == 0
            ? new DominatingPairs(new LossPair([], [0], [1 - delta], delta))
            : new DominatingPairs(new LossPair(
                [], [-epsilon, epsilon], [(1 - delta) * Math.Exp(-PreciseMath.Log1pExp(epsilon)), (1 - delta) / (1 + Math.Exp(-epsilon))], delta, 2 * epsilon, -epsilon));
    }

    /// <summary>The permute-and-flip mechanism: the losses of a Laplace release of scale 1/ε.</summary>
    /// <param name="epsilon">ε ≥ 0.</param>
    public static DominatingPairs PermuteAndFlip(double epsilon) => epsilon == 0 ? LossPairs.Nothing : LossPairs.Laplace(1 / epsilon);

    /// <summary>Two distributions over the same outcomes, in both directions.</summary>
    /// <param name="with">Probabilities with the unit, ≥ 0, with sum 1.</param>
    /// <param name="without">Probabilities without it.</param>
    public static DominatingPairs Outcomes(ReadOnlySpan<double> with, ReadOnlySpan<double> without)
    {
        if (with.Length != without.Length || with.Length == 0 || !IsDistribution(with) || !IsDistribution(without))
        {
            throw new ArgumentException("Both distributions need the same outcomes, probabilities of at least 0, and the sum 1.", nameof(with));
        }

        return new DominatingPairs(Direction(with, without), Direction(without, with));
    }

    private static bool IsDistribution(ReadOnlySpan<double> masses)
    {
        double sum = 0;
        foreach (double mass in masses)
        {
            sum += mass >= 0 ? mass : double.NaN;
        }

        return Math.Abs(sum - 1) < 1e-9;
    }

    private static LossPair Direction(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        List<(double Loss, double Mass)> atoms = [];
        double infinite = 0;
        for (int i = 0; i < p.Length; i++)
        {
            if (p[i] > 0 && q[i] > 0)
            {
                double ratio = p[i] / q[i];
                atoms.Add((ratio is > 0.5 and < 2 ? PreciseMath.Log1p((p[i] - q[i]) / q[i]) : Math.Log(p[i]) - Math.Log(q[i]), p[i]));
            }
            else
            {
                infinite += p[i];
            }
        }

        atoms.Sort();
        return new LossPair([], [.. atoms.Select(a => a.Loss)], [.. atoms.Select(a => a.Mass)], infinite);
    }

    /// <summary>From the losses of with against without and the masses without: both directions at a sampling rate.</summary>
    private static DominatingPairs Sampled(double[] losses, double[] logMasses, double rate, double spacing, double offset)
    {
        int count = losses.Length;
        double[] removeLosses = new double[count];
        double[] removeMasses = new double[count];
        double[] addLosses = new double[count];
        double[] addMasses = new double[count];
        for (int i = 0; i < count; i++)
        {
            removeLosses[i] = LaplaceSegment.Excess(losses[i], rate);
            removeMasses[i] = Math.Exp(logMasses[i] + removeLosses[i]);
            addLosses[count - 1 - i] = -removeLosses[i];
            addMasses[count - 1 - i] = Math.Exp(logMasses[i]);
        }

        // The distributions of all these mechanisms are symmetric, so unsampled both directions are one.
        return rate == 1
            ? new DominatingPairs(new LossPair([], removeLosses, removeMasses, spacing: spacing, offset: offset))
            : new DominatingPairs(new LossPair([], removeLosses, removeMasses), new LossPair([], addLosses, addMasses));
    }

    private static DominatingPairs? Trivial(double noise, int sensitivity, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sensitivity);
        return LossPairs.Trivial(rate, noise) ?? (sensitivity == 0 ? LossPairs.Nothing : null);
    }

    private static int Count(double count, string name) => count <= LargestCount
        ? (int)count
        : throw new ArgumentOutOfRangeException(name, $"The loss of this mechanism has {count:g3} values that matter; {LargestCount} are accounted for. Use a coarser lattice.");

    private static double[] Normalized(double[] logMasses, double total)
    {
        double log = Math.Log(total);
        for (int i = 0; i < logMasses.Length; i++)
        {
            logMasses[i] -= log;
        }

        return logMasses;
    }
}
