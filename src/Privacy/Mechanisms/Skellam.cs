using System.Numerics;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Mechanisms.Exact;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// The difference of two Poisson numbers of equal mean, each drawn with exactly its probability: noise on the whole numbers whose sums have the same law, so
/// that parts drawn by many clients add up to it (Agarwal, Kairouz and Liu 2021, "The Skellam mechanism for differentially private federated learning"). Mean 0.
/// </summary>
/// <remarks>Immutable after construction, which takes time and memory in proportion to √variance (0.1 s at 10⁶).</remarks>
public sealed class Skellam
{
    private const double LargestVariance = 1 << 21;

    // Weights of Poisson numbers below 2^-bits of the largest are left to the bound of the tail.
    private readonly Rational _mean;
    private readonly LazyTable _table;
    private readonly long _mode;

    /// <summary>A law.</summary>
    /// <param name="variance">From 2⁻¹⁰ to 2²¹; each Poisson number has half of it as its mean.</param>
    /// <exception cref="ArgumentOutOfRangeException">The variance is out of range or NaN.</exception>
    public Skellam(double variance)
    {
        if (!(variance is >= 1.0 / (1 << 10) and <= LargestVariance))
        {
            throw new ArgumentOutOfRangeException(
                nameof(variance), variance, "The variance of Skellam noise must lie between 2^-10 and 2^21. Choose the unit of the values so that it does.");
        }

        Variance = variance;
        _mean = Rational.Of(variance / 2);
        _mode = (long)(variance / 2);
        _table = new LazyTable(Weights);
    }

    /// <summary>The variance.</summary>
    public double Variance { get; }

    /// <summary>One number.</summary>
    /// <param name="words">Random bits.</param>
    public long Next(RandomWords words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return Poisson(words) - Poisson(words);
    }

    /// <summary>Independent numbers.</summary>
    /// <param name="values">What to fill.</param>
    /// <param name="words">Random bits.</param>
    public void Fill(Span<long> values, RandomWords words)
    {
        foreach (ref long value in values)
        {
            value = Next(words);
        }
    }

    /// <summary>Outcomes of the table are mode, mode + 1, mode - 1, mode + 2, …: likely ones first.</summary>
    private long Poisson(RandomWords words) => Number(_table.Draw(words));

    private long Number(int outcome) => outcome <= 2 * _mode
        ? _mode + ((outcome & 1) == 1 ? (outcome + 1) / 2 : -(outcome / 2))
        : outcome; // below 0 there is nothing: mode + (outcome - mode)

    /// <summary>λᵏ/k! in units of 2^-bits of the mode's: W(k + 1) = W(k)·λ/(k + 1), W(k - 1) = W(k)·k/λ.</summary>
    private WeightBounds Weights(int bits)
    {
        (BigInteger Low, BigInteger High) one = (BigInteger.One << bits, BigInteger.One << bits);
        (BigInteger Low, BigInteger High) above = one, below = one;
        List<BigInteger> lows = [one.Low], highs = [one.High];
        for (int outcome = 1; ; outcome++)
        {
            long number = Number(outcome);
            ref (BigInteger Low, BigInteger High) side = ref below;
            BigInteger numerator, denominator;
            if (number > _mode)
            {
                side = ref above;
                (numerator, denominator) = (_mean.Numerator, _mean.Denominator * number);
            }
            else
            {
                (numerator, denominator) = (_mean.Denominator * (number + 1), _mean.Numerator);
            }

            side = (side.Low * numerator / denominator, (side.High * numerator / denominator) + 1);
            lows.Add(side.Low);
            highs.Add(side.High);

            // Both sides have at most a few units left; weights fall by a factor of at least 1 - 1/√(mean + 1) where they are that small, and by half beyond twice the mean.
            BigInteger floor = BigInteger.One << 8;
            if (number > _mode + 1 && above.High <= floor && (below.High <= floor || outcome > 2 * _mode))
            {
                return new WeightBounds(lows, highs, (floor << 1) * (BigInteger)Math.Ceiling(Math.Sqrt(Variance) + 2));
            }
        }
    }
}
