namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// What many independent trainings say about ε, in half of which one canary was present: a rule that says "present" is right at most e^ε times as often as wrong, beside δ, and likewise one
/// that says "absent" (Jagielski, Ullman and Oprea 2020, "Auditing Differentially Private Machine Learning", with the exact intervals of Clopper and Pearson 1934).
/// </summary>
public static class MultiRunBound
{
    /// <summary>The largest ε that the counts rule out.</summary>
    /// <param name="present">Trainings with the canary, ≥ 1.</param>
    /// <param name="hits">Those in which the rule said "present".</param>
    /// <param name="absent">Trainings without it, ≥ 1.</param>
    /// <param name="falseHits">Those in which the rule said "present".</param>
    /// <param name="delta">δ in [0, 1).</param>
    /// <param name="confidence">In (0, 1). Each of the two intervals gets half of the chance of being wrong.</param>
    /// <returns>ε ≥ 0, rounded down; 0 where nothing is ruled out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double EpsilonLowerBound(int present, int hits, int absent, int falseHits, double delta, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(present, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(absent, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, present);
        ArgumentOutOfRangeException.ThrowIfNegative(falseHits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(falseHits, absent);
        AuditChecks.Confidence(confidence);
        if (!(delta >= 0 && delta < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "δ must lie in [0, 1).");
        }

        double level = (1 - confidence) / 2;
        double missed = BinomialBounds.Upper(present, present - hits, level);
        double wrong = BinomialBounds.Upper(absent, falseHits, level);
        double byPresence = (1 - missed - delta) / wrong;
        double byAbsence = (1 - wrong - delta) / missed;
        double most = Math.Max(byPresence, byAbsence);
        return most > 1 ? Math.BitDecrement(Math.Log(most)) : 0;
    }

    /// <summary>The same from scores and a threshold that was fixed before they were looked at: above it the rule says "present".</summary>
    /// <param name="scores">One a training; higher means rather present.</param>
    /// <param name="included">Whether the canary was present.</param>
    /// <param name="threshold">Fixed beforehand.</param>
    /// <param name="delta">δ in [0, 1).</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <returns>ε ≥ 0; 0 where no training was with the canary, or none without.</returns>
    /// <exception cref="ArgumentException">There are no scores, one is NaN, or there are not as many coins.</exception>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> included, double threshold, double delta, double confidence)
    {
        AuditChecks.Scores(scores, included);
        int present = 0, hits = 0, falseHits = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            int above = scores[i] > threshold ? 1 : 0;
            present += included[i] ? 1 : 0;
            hits += included[i] ? above : 0;
            falseHits += included[i] ? 0 : above;
        }

        int absent = scores.Length - present;
        return present == 0 || absent == 0 ? 0 : EpsilonLowerBound(present, hits, absent, falseHits, delta, confidence);
    }
}
