namespace FastDPMeta.Privacy.Auditing;

/// <summary>Arguments that audits share.</summary>
internal static class AuditChecks
{
    public static void Confidence(double confidence)
    {
        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The confidence must lie strictly between 0 and 1. Give for instance 0.95.");
        }
    }

    public static void Scores(ReadOnlySpan<double> scores, ReadOnlySpan<bool> included)
    {
        if (scores.Length == 0 || scores.Length != included.Length)
        {
            throw new ArgumentException($"Audit: give one score and one coin for each canary, at least one; got {scores.Length} scores and {included.Length} coins.", nameof(scores));
        }

        foreach (double score in scores)
        {
            if (double.IsNaN(score))
            {
                throw new ArgumentException("Audit: a score is not a number. Give every canary a finite score; 0 where nothing is known.", nameof(scores));
            }
        }
    }
}
