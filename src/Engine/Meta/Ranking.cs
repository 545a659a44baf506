namespace FastDPMeta.Engine.Meta;

/// <summary>How well scores rank what is sought before what is not.</summary>
public static class Ranking
{
    /// <summary>
    /// Area under the receiver operating characteristic: the probability that a positive scores above a negative, equal scores counting one half (Hanley and
    /// McNeil 1982, the Wilcoxon statistic). From 0 to 1; NaN without a positive or without a negative, or with a score that is NaN.
    /// </summary>
    /// <param name="scores">A score for each, larger for what is sought.</param>
    /// <param name="positives">Which are sought.</param>
    /// <exception cref="ArgumentException">There are not as many scores as marks.</exception>
    public static double AreaUnderRoc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positives)
    {
        if (scores.Length != positives.Length)
        {
            throw new ArgumentException($"AreaUnderRoc: needs a mark for each score; got {scores.Length} scores and {positives.Length} marks.", nameof(positives));
        }

        float[] keys = scores.ToArray();
        bool[] marks = positives.ToArray();
        Array.Sort(keys, marks);
        long sought = marks.LongCount(mark => mark), others = marks.Length - sought;
        if (sought == 0 || others == 0 || float.IsNaN(keys[0]))
        {
            return double.NaN;
        }

        // Twice the number of pairs in order: halves stay whole numbers.
        long twice = 0, below = 0;
        for (int start = 0; start < keys.Length;)
        {
            int end = start;
            long positive = 0;
            while (end < keys.Length && keys[end] == keys[start])
            {
                positive += marks[end++] ? 1 : 0;
            }

            long negative = end - start - positive;
            twice += positive * ((2 * below) + negative);
            below += negative;
            start = end;
        }

        return twice / (2.0 * sought * others);
    }
}
