using System.Numerics;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Mechanisms.Exact;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// How often a private training is run to choose the best of its results: a number drawn at random and kept secret. Releasing the best run only then costs little more than one run, however many there
/// were (Liu and Talwar 2019; Papernot and Steinke 2022, "Hyperparameter tuning with Rényi differential privacy"). The number has exactly its law. Not thread-safe.
/// </summary>
/// <remarks>
/// Each run draws its hyperparameters at random from a law that does not depend on the data, and is scored by something that is part of what the run releases. Neither the number of runs, nor the time they took, nor the
/// results of the others may be published.
/// </remarks>
public sealed class RandomRuns : IDisposable
{
    private readonly MechanismRandomness _randomness;
    private readonly LazyTable _table;
    private readonly int _least;
    private readonly Func<PrivacyEvent, PrivacyEvent> _eventOf;

    private RandomRuns(MechanismRandomness randomness, int least, Func<int, (Rational Ratio, bool Falls)> ratio, Func<PrivacyEvent, PrivacyEvent> eventOf)
    {
        _randomness = randomness;
        _least = least;
        _eventOf = eventOf;
        _table = new LazyTable(bits => Weights(bits, ratio));
    }

    /// <summary>A Poisson number of runs (corollary 4 of the paper); possibly none.</summary>
    /// <param name="mean">Runs on average, from 0.01 to 10,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean is out of range or NaN.</exception>
    public static RandomRuns Poisson(double mean) => Poisson(mean, new MechanismRandomness());

    /// <summary>A truncated negative binomial number of runs, at least one (definition 1 of the paper).</summary>
    /// <param name="shape">η from 0, the logarithmic law, to 100; 1 is the geometric law.</param>
    /// <param name="success">γ from 0.005 to 0.999: smaller means more runs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range or NaN.</exception>
    public static RandomRuns NegativeBinomial(double shape, double success) => NegativeBinomial(shape, success, new MechanismRandomness());

    internal static RandomRuns Poisson(double mean, MechanismRandomness randomness)
    {
        if (!(mean is >= 0.01 and <= 10_000))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "RandomRuns: the mean must lie between 0.01 and 10,000.");
        }

        Rational rate = Rational.Of(mean);
        return new(randomness, 0, k => (new Rational(rate.Numerator, rate.Denominator * (k + 1)), k + 1 >= 2 * mean), run => RepeatAndSelectEvent.Poisson(run, mean));
    }

    internal static RandomRuns NegativeBinomial(double shape, double success, MechanismRandomness randomness)
    {
        if (!(shape is >= 0 and <= 100 && success is >= 0.005 and <= 0.999))
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, $"RandomRuns: the shape must lie between 0 and 100 and γ between 0.005 and 0.999; got {shape} and {success}.");
        }

        // P(k + 1)/P(k) = (1 - γ)·(k + η)/(k + 1), from k = 1 on.
        (BigInteger top, BigInteger bottom) = ExactCoin.Quotient(shape);
        Rational gamma = Rational.Of(success);
        BigInteger rest = gamma.Denominator - gamma.Numerator;
        (Rational, bool) Ratio(int index)
        {
            int k = index + 1;
            Rational ratio = new(rest * ((k * bottom) + top), gamma.Denominator * bottom * (k + 1));
            return (ratio, shape <= 1 || ratio.ToDouble() <= 1 - (success / 2));
        }

        return new(randomness, 1, Ratio, run => RepeatAndSelectEvent.NegativeBinomial(run, shape, success));
    }

    /// <summary>Draws a number of runs: a secret.</summary>
    public int Draw()
    {
        _randomness.Begin();
        return _least + _table.Draw(_randomness.Words);
    }

    /// <summary>What releasing the best of the runs costs.</summary>
    /// <param name="run">What one run releases, its score included.</param>
    public PrivacyEvent EventOf(PrivacyEvent run) => _eventOf(run);

    /// <summary>Runs as often as drawn and keeps the best.</summary>
    /// <typeparam name="T">What a run gives.</typeparam>
    /// <param name="run">One run: its score, part of what it releases, and its result.</param>
    /// <returns>The result of the highest score, the first of equals; the default where no run was drawn.</returns>
    public T? Best<T>(Func<(double Score, T Result)> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        double best = double.NegativeInfinity;
        T? result = default;
        int count = Draw();
        for (int i = 0; i < count; i++)
        {
            (double score, T candidate) = run();
            if (i == 0 || score > best)
            {
                (best, result) = (score, candidate);
            }
        }

        return result;
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _randomness.Dispose();

    /// <summary>
    /// Weights by their quotients, from 2^(bits + 16) on. Where quotients fall, and stay below 1 - γ/2 or ½, the weights behind the last are at most 1/(1 - that) times it: 400 for the smallest γ.
    /// </summary>
    private static WeightBounds Weights(int bits, Func<int, (Rational Ratio, bool Falls)> ratio)
    {
        BigInteger low = BigInteger.One << (bits + 16), high = low;
        List<BigInteger> lows = [low], highs = [high];
        for (int index = 0; ; index++)
        {
            (Rational next, bool falls) = ratio(index);
            low = low * next.Numerator / next.Denominator;
            high = (high * next.Numerator / next.Denominator) + 1;
            lows.Add(low);
            highs.Add(high);
            if (falls && high <= 1024)
            {
                return new WeightBounds(lows, highs, 1024 * 400);
            }
        }
    }
}
