namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// Membership inference by likelihood ratios: how a unit scores with and without it in training is learned from other trainings, one normal distribution each (Carlini et al. 2022,
/// "Membership Inference Attacks From First Principles", the online attack with a variance shared by all units, as for few shadow models).
/// </summary>
public static class LikelihoodRatioAttack
{
    /// <summary>A variance below this share of the scores' own would come from too few trainings.</summary>
    private const double LeastVariance = 1e-12;

    /// <summary>For every training and unit, the log-likelihood ratio of its score under "in" against "out", learned from the other trainings.</summary>
    /// <param name="scores">[training][unit].</param>
    /// <param name="included">[training][unit]: whether the unit was in.</param>
    /// <returns>[training][unit]; 0 where the other trainings had the unit always in, or always out.</returns>
    /// <exception cref="ArgumentException">There are fewer than three trainings, or they differ in their number of units.</exception>
    public static double[][] Ratios(IReadOnlyList<double[]> scores, IReadOnlyList<bool[]> included)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(included);
        if (scores.Count < 3 || scores.Count != included.Count || scores.Any(run => run.Length != scores[0].Length) || included.Any(run => run.Length != scores[0].Length))
        {
            throw new ArgumentException($"Ratios: needs three trainings or more, with scores and coins for the same units; got {scores.Count} and {included.Count}.", nameof(scores));
        }

        double[][] ratios = [.. scores.Select(run => new double[run.Length])];
        for (int target = 0; target < scores.Count; target++)
        {
            Learned learned = new(scores, included, target);
            for (int unit = 0; unit < scores[target].Length; unit++)
            {
                ratios[target][unit] = learned.Ratio(unit, scores[target][unit]);
            }
        }

        return ratios;
    }

    /// <summary>Means of each unit and variances of all, from the trainings but one.</summary>
    private sealed class Learned
    {
        private readonly double[][] _means = [[], []];
        private readonly double[] _variances = new double[2];

        public Learned(IReadOnlyList<double[]> scores, IReadOnlyList<bool[]> included, int target)
        {
            int units = scores[0].Length;
            for (int side = 0; side < 2; side++)
            {
                double[] means = _means[side] = new double[units];
                (double squares, int degrees) = (0, 0);
                for (int unit = 0; unit < units; unit++)
                {
                    double[] values = [.. Enumerable.Range(0, scores.Count).Where(run => run != target && included[run][unit] == (side == 1)).Select(run => scores[run][unit])];
                    means[unit] = values.Length == 0 ? double.NaN : values.Average();
                    squares += values.Sum(value => (value - means[unit]) * (value - means[unit]));
                    degrees += Math.Max(0, values.Length - 1);
                }

                _variances[side] = Math.Max(LeastVariance, degrees == 0 ? 1 : squares / degrees);
            }
        }

        public double Ratio(int unit, double score)
        {
            double ratio = LogDensity(1, unit, score) - LogDensity(0, unit, score);
            return double.IsNaN(ratio) ? 0 : ratio;
        }

        private double LogDensity(int side, int unit, double score) =>
            (-0.5 * Math.Log(_variances[side])) - ((score - _means[side][unit]) * (score - _means[side][unit]) / (2 * _variances[side]));
    }
}
