using System.Numerics;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>
/// The exact distribution of a noisy sum over a random lot of a tiny data set: every lot with its probability, its sum as the mean of a Gaussian. Divergences by plain numeric
/// integration. Shares nothing with the accountant.
/// </summary>
internal sealed class NoisySums
{
    private const double Step = 0.02;
    private const double LargestSum = 24;
    private const double Reach = 14;

    private readonly double[] _logDensity;
    private readonly double _step;

    private NoisySums(Dictionary<double, double> sums, double noise, double bound, double step = Step)
    {
        _step = step;
        int nodes = (int)(2 * bound / step) + 1;
        _logDensity = new double[nodes];
        for (int i = 0; i < nodes; i++)
        {
            double x = (i * step) - bound;
            double nearest = sums.Keys.Min(mean => Math.Abs(x - mean));
            double relative = sums.Sum(sum => sum.Value * Math.Exp(((nearest * nearest) - ((x - sum.Key) * (x - sum.Key))) / (2 * noise * noise)));
            _logDensity[i] = Math.Log(relative / (noise * Math.Sqrt(2 * Math.PI))) - (nearest * nearest / (2 * noise * noise));
        }
    }

    /// <summary>Poisson sampling at a rate, lots above a cap cut to a uniform subset.</summary>
    /// <param name="data">What each unit contributes, in [-1, 1].</param>
    /// <param name="rate">The probability with which each is taken.</param>
    /// <param name="cap">The largest lot.</param>
    /// <param name="noise">Standard deviation of the noise.</param>
    /// <param name="step">Distance of the nodes of integration; a kink in an integrand costs about its square over eight.</param>
    public static NoisySums Truncated(double[] data, double rate, int cap, double noise, double step = Step)
    {
        Dictionary<double, double> sums = [];
        for (uint taken = 0; taken < 1u << data.Length; taken++)
        {
            int size = BitOperations.PopCount(taken);
            double probability = Math.Pow(rate, size) * Math.Pow(1 - rate, data.Length - size);
            uint[] kept = size <= cap ? [taken] : [.. Subsets(data.Length, cap).Where(subset => (subset & ~taken) == 0)];
            foreach (uint subset in kept)
            {
                Add(sums, Sum(data, subset), probability / kept.Length);
            }
        }

        return new NoisySums(sums, noise, Bound(noise), step);
    }

    /// <summary>A uniform subset of fixed size.</summary>
    public static NoisySums FixedSize(double[] data, int lot, double noise)
    {
        Dictionary<double, double> sums = [];
        uint[] lots = [.. Subsets(data.Length, lot)];
        foreach (uint subset in lots)
        {
            Add(sums, Sum(data, subset), 1.0 / lots.Length);
        }

        return new NoisySums(sums, noise, Bound(noise));
    }

    /// <summary>log ∫ p^α·q^{1-α}.</summary>
    public double LogMoment(NoisySums other, double order)
    {
        double[] p = _logDensity;
        double[] q = other._logDensity;
        double largest = double.NegativeInfinity;
        for (int i = 0; i < p.Length; i++)
        {
            largest = Math.Max(largest, (order * p[i]) + ((1 - order) * q[i]));
        }

        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            sum += Math.Exp((order * p[i]) + ((1 - order) * q[i]) - largest);
        }

        return largest + Math.Log(sum * _step);
    }

    /// <summary>∫ (p - e^ε·q)₊: the least δ of one release.</summary>
    public double Delta(NoisySums other, double epsilon)
    {
        double[] p = _logDensity;
        double[] q = other._logDensity;
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            sum += Math.Max(0, Math.Exp(p[i]) - Math.Exp(epsilon + q[i]));
        }

        return sum * _step;
    }

    /// <summary>The least δ of two releases, by integration over the plane.</summary>
    public double DeltaOfTwo(NoisySums other, double epsilon)
    {
        double[] p = _logDensity;
        double[] q = other._logDensity;
        const int Coarse = 4; // every fourth node: the integrand is smooth but for one kink
        double sum = 0;
        for (int i = 0; i < p.Length; i += Coarse)
        {
            for (int j = 0; j < p.Length; j += Coarse)
            {
                sum += Math.Max(0, Math.Exp(p[i] + p[j]) - Math.Exp(epsilon + q[i] + q[j]));
            }
        }

        return sum * (_step * Coarse) * (_step * Coarse);
    }

    /// <summary>Beyond all sums and what high orders reach.</summary>
    private static double Bound(double noise) => LargestSum + (Reach * noise);

    private static double Sum(double[] data, uint subset) => data.Where((_, unit) => ((subset >> unit) & 1) == 1).Sum();

    private static void Add(Dictionary<double, double> sums, double sum, double probability) =>
        sums[sum] = sums.GetValueOrDefault(sum) + probability;

    private static IEnumerable<uint> Subsets(int units, int size)
    {
        for (uint subset = 0; subset < 1u << units; subset++)
        {
            if (BitOperations.PopCount(subset) == size)
            {
                yield return subset;
            }
        }
    }
}
