using System.Numerics;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Mechanisms.Exact;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Chooses the candidate of the highest score, privately: report-noisy-max with exponential noise, drawn as permute-and-flip (McKenna and Sheldon 2020; the two are one law: Ding et al. 2021). Every
/// coin has exactly its probability e^(ε(score - best)/2Δ); only the index is released. Not thread-safe.
/// </summary>
public sealed class ReportNoisyMax : IDisposable
{
    private readonly MechanismRandomness _randomness;
    private readonly double _sensitivity;
    private readonly PermuteAndFlipEvent _event;

    /// <summary>A choice.</summary>
    /// <param name="sensitivity">Δ: how much one unit changes any score at most, above 0.</param>
    /// <param name="epsilon">ε of one choice, above 0.</param>
    /// <param name="neighbours">What a unit's change is.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public ReportNoisyMax(double sensitivity, double epsilon, NeighbouringRelation neighbours = NeighbouringRelation.AddOrRemoveOne)
        : this(sensitivity, epsilon, neighbours, new MechanismRandomness())
    {
    }

    internal ReportNoisyMax(double sensitivity, double epsilon, NeighbouringRelation neighbours, MechanismRandomness randomness)
    {
        if (!(sensitivity > 0 && epsilon > 0 && double.IsFinite(sensitivity) && double.IsFinite(epsilon)))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, $"ReportNoisyMax: sensitivity and ε must be finite and above 0; got {sensitivity} and {epsilon}.");
        }

        (_sensitivity, _randomness) = (sensitivity, randomness);
        _event = new PermuteAndFlipEvent(epsilon) { Neighbours = neighbours };
    }

    /// <summary>Chooses.</summary>
    /// <param name="scores">One for each candidate, finite; at least one.</param>
    /// <returns>The index chosen, as the only value, and what the choice costs.</returns>
    /// <exception cref="ArgumentException">There is no score, or one is not finite.</exception>
    public NoisyValues<int> Choose(ReadOnlySpan<double> scores)
    {
        double best = double.NegativeInfinity;
        foreach (double score in scores)
        {
            best = double.IsFinite(score) ? Math.Max(best, score) : double.NaN;
        }

        if (!double.IsFinite(best))
        {
            throw new ArgumentException("Choose: give at least one score, all of them finite.", nameof(scores));
        }

        _randomness.Begin();
        int[] order = new int[scores.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        _randomness.Stream.Shuffle<int>(order);
        Rational rate = new Rational(Rational.Of(_event.Epsilon).Numerator * Rational.Of(_sensitivity).Denominator, 2 * Rational.Of(_event.Epsilon).Denominator * Rational.Of(_sensitivity).Numerator);
        foreach (int candidate in order)
        {
            if (ExactCoin.Exponential(Distance(best, scores[candidate]), rate, _randomness.Words))
            {
                return new NoisyValues<int>([candidate], _event);
            }
        }

        throw new InvalidOperationException("Choose: the best candidate was passed over."); // its coin always comes up
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _randomness.Dispose();

    /// <summary>best - score, exactly.</summary>
    private static (BigInteger Numerator, BigInteger Denominator) Distance(double best, double score)
    {
        (BigInteger a, BigInteger b) = ExactCoin.Quotient(best);
        (BigInteger c, BigInteger d) = ExactCoin.Quotient(score);
        return ((a * d) - (c * b), b * d);
    }
}
