namespace FastDPMeta.Engine.Tasks;

/// <summary>Errors of predicted ratings, one for each draw of supports.</summary>
/// <param name="RootMeanSquares">Root of the mean squared error over all ratings asked for.</param>
/// <param name="MeanAbsolutes">Mean absolute error over all ratings asked for.</param>
/// <param name="PersonMeanAbsolutes">Mean over people of each one's mean absolute error.</param>
public sealed record RatingScores(IReadOnlyList<double> RootMeanSquares, IReadOnlyList<double> MeanAbsolutes, IReadOnlyList<double> PersonMeanAbsolutes)
{
    /// <summary>Mean over draws of the root mean squared error.</summary>
    public double Rmse => RootMeanSquares.Average();

    /// <summary>Standard deviation over draws of the root mean squared error; 0 for one draw.</summary>
    public double RmseDeviation => Deviation(RootMeanSquares);

    /// <summary>
    /// Mean over draws of this error over the other's of the same draw, less 1, with the standard deviation of that: below 0 where this is the better. The draws must be the same ones.
    /// </summary>
    /// <param name="other">What it is compared with.</param>
    /// <exception cref="ArgumentException">The other has another number of draws.</exception>
    public (double Mean, double Deviation) Against(RatingScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.RootMeanSquares.Count != RootMeanSquares.Count)
        {
            throw new ArgumentException($"Against: {RootMeanSquares.Count} draws can't be paired with {other.RootMeanSquares.Count}. Score both by one protocol.", nameof(other));
        }

        double[] ratios = [.. RootMeanSquares.Zip(other.RootMeanSquares, (own, others) => (own / others) - 1)];
        return (ratios.Average(), Deviation(ratios));
    }

    private static double Deviation(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return values.Count < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
