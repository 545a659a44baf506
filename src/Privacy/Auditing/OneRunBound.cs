using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// What one training says about ε: m canaries are each put in or left out by a fair coin, somebody guesses r of the coins from what was released, and v guesses are right. A training
/// that is (ε, δ)-private makes many right guesses improbable (Steinke, Nasr and Jagielski 2023, "Privacy Auditing with One (1) Training Run", the main theorem in the form of the code in its appendix).
/// </summary>
/// <remarks>Which guesses are made may depend on what was released in any way; how many, only if that is allowed for, as <see cref="Of"/> does.</remarks>
public static class OneRunBound
{
    /// <summary>Parts of the canaries that <see cref="Of"/> guesses; the chance of being wrong is shared among them.</summary>
    private static readonly double[] Parts = [1.0 / 64, 1.0 / 32, 1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2];

    private const double MostEpsilon = 200;
    private const int Halvings = 60;

    /// <summary>Allowance for the rounding of summed masses.</summary>
    private const double Slack = 1 + 1e-8;

    /// <summary>
    /// An upper bound of the probability that at least v of r guesses are right if the training is (ε, δ)-private:
    /// <c>P(W ≥ v) + 2mδ·max_i P(v > W ≥ v - i)/i</c> for W ~ Bin(r, 1/(1 + e^{-ε})).
    /// </summary>
    /// <param name="canaries">m ≥ 1: coins thrown.</param>
    /// <param name="guesses">r, 0 to m.</param>
    /// <param name="correct">v, 0 to r.</param>
    /// <param name="epsilon">ε ≥ 0, finite.</param>
    /// <param name="delta">δ in [0, 1].</param>
    /// <returns>In [0, 1], rounded up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double PValue(int canaries, int guesses, int correct, double epsilon, double delta)
    {
        Check(canaries, guesses, correct, delta);
        if (!(epsilon >= 0) || double.IsInfinity(epsilon))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε must be finite and at least 0.");
        }

        double accuracy = 1 / (1 + Math.Exp(-epsilon));
        double tail = BinomialTail.UpperBound(guesses, accuracy, correct);
        return delta == 0 ? tail : Math.Min(1, tail + (2 * canaries * delta * SteepestMean(guesses, correct, accuracy) * Slack));
    }

    /// <summary>The largest ε that the guesses rule out: with the stated confidence, the training is not (ε, δ)-private for any smaller one.</summary>
    /// <param name="canaries">m ≥ 1: coins thrown.</param>
    /// <param name="guesses">r, 0 to m, fixed before the guesses were looked at.</param>
    /// <param name="correct">v, 0 to r.</param>
    /// <param name="delta">δ in [0, 1].</param>
    /// <param name="confidence">In (0, 1), as 0.95: one minus the chance that the bound is wrong.</param>
    /// <returns>ε ≥ 0, rounded down; 0 where nothing is ruled out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double EpsilonLowerBound(int canaries, int guesses, int correct, double delta, double confidence)
    {
        Check(canaries, guesses, correct, delta);
        AuditChecks.Confidence(confidence);
        double level = 1 - confidence;
        if (PValue(canaries, guesses, correct, 0, delta) >= level)
        {
            return 0;
        }

        (double low, double high) = (0, MostEpsilon);
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = PValue(canaries, guesses, correct, middle, delta) < level ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>
    /// Guesses from scores: the highest are taken for canaries that were in, as many of the lowest for canaries that were out. Six numbers of guesses are tried, 1/64 to 1/2 of
    /// the canaries, each at a sixth of the chance of being wrong, so that the best of them may be told.
    /// </summary>
    /// <param name="scores">One a canary; higher means rather in.</param>
    /// <param name="included">Whether it was in: the coins.</param>
    /// <param name="delta">δ in [0, 1].</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <exception cref="ArgumentException">There are no scores, one is NaN, or there are not as many coins.</exception>
    public static OneRunResult Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> included, double delta, double confidence)
    {
        AuditChecks.Scores(scores, included);
        AuditChecks.Confidence(confidence);
        double[] keys = scores.ToArray();
        bool[] sorted = included.ToArray();
        Array.Sort(keys, sorted);
        OneRunResult? best = null;
        foreach (double part in Parts)
        {
            int half = (int)(part * sorted.Length / 2);
            int correct = sorted[..half].Count(present => !present) + sorted[^half..].Count(present => present);
            double each = 1 - ((1 - confidence) / Parts.Length);
            double epsilon = EpsilonLowerBound(sorted.Length, 2 * half, correct, delta, each);
            if (best is null || epsilon > best.EpsilonLowerBound)
            {
                best = new OneRunResult(sorted.Length, 2 * half, correct, delta, confidence, epsilon);
            }
        }

        return best!;
    }

    /// <summary>max over i of P(v > W ≥ v - i)/i: once 1/i is below the best so far, no further i can exceed it.</summary>
    private static double SteepestMean(int guesses, int correct, double accuracy)
    {
        if (correct == 0 || accuracy >= 1)
        {
            return 0;
        }

        double odds = Math.Log(accuracy) - PreciseMath.Log1p(-accuracy);
        double logMass = BinomialBounds.LogMass(guesses, accuracy, correct - 1);
        (double sum, double steepest) = (0, 0);
        for (int i = 1; i <= correct && 1.0 / i > steepest; i++)
        {
            sum += Math.Exp(logMass);
            steepest = Math.Max(steepest, sum / i);
            int k = correct - i; // the mass just added; the next is that of k - 1
            logMass += Math.Log(k) - Math.Log(guesses - k + 1) - odds;
        }

        return steepest;
    }

    private static void Check(int canaries, int guesses, int correct, double delta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(canaries, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(guesses);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(guesses, canaries);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, guesses);
        if (!(delta >= 0 && delta <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "δ must lie in [0, 1].");
        }
    }
}
