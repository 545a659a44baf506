namespace FastDPMeta.Privacy.Homomorphic.Learning;

/// <summary>
/// One task of least squares as its sums: G = XᵀX/n + ridge·I and r = Xᵀy/n, from which gradient descent on ½|Xw - y|²/n + ½·ridge·|w|² needs nothing else:
/// the gradient is G·w - r.
/// </summary>
public sealed class GramTask
{
    private readonly double[] _gram;
    private readonly double[] _moment;

    /// <summary>Sums of examples.</summary>
    /// <param name="features">[example, feature]; at least one example.</param>
    /// <param name="targets">[example].</param>
    /// <param name="ridge">Weight of ½|w|², at least 0.</param>
    /// <exception cref="ArgumentException">There is no example, the lengths differ, or something is not finite.</exception>
    public GramTask(double[,] features, ReadOnlySpan<double> targets, double ridge = 0)
    {
        ArgumentNullException.ThrowIfNull(features);
        int examples = features.GetLength(0);
        Features = features.GetLength(1);
        new ArgumentErrors("GramTask")
            .Require(examples >= 1 && Features >= 1, nameof(features), $"{examples} × {Features}", "must have at least one row and one column", "Leave empty tasks out.")
            .Require(targets.Length == examples, nameof(targets), targets.Length, $"must have one element for each of {examples} rows", "Give one target an example.")
            .Require(ridge >= 0 && double.IsFinite(ridge), nameof(ridge), ridge, "must be finite and at least 0", "0.01 is usual.")
            .Throw();
        _gram = new double[Features * Features];
        _moment = new double[Features];
        for (int n = 0; n < examples; n++)
        {
            for (int i = 0; i < Features; i++)
            {
                _moment[i] += features[n, i] * targets[n] / examples;
                for (int j = 0; j < Features; j++)
                {
                    _gram[(i * Features) + j] += features[n, i] * features[n, j] / examples;
                }
            }
        }

        for (int i = 0; i < Features; i++)
        {
            _gram[(i * Features) + i] += ridge;
        }

        if (!Array.TrueForAll(_gram, double.IsFinite) || !Array.TrueForAll(_moment, double.IsFinite))
        {
            throw new ArgumentException("GramTask: features and targets must be finite. Check the data.");
        }
    }

    /// <summary>Length of a weight vector.</summary>
    public int Features { get; }

    /// <summary>Element (i, j) of G.</summary>
    public double Gram(int i, int j) => _gram[(i * Features) + j];

    /// <summary>Element i of r.</summary>
    public double Moment(int i) => _moment[i];

    /// <summary>The largest sum of absolute values in a row of G.</summary>
    internal double LargestRow => Enumerable.Range(0, Features).Max(i => Enumerable.Range(0, Features).Sum(j => Math.Abs(Gram(i, j))));

    /// <summary>w - rate·(G·w - r).</summary>
    /// <param name="weights">w, one element a feature.</param>
    /// <param name="rate">Step size.</param>
    public double[] Step(ReadOnlySpan<double> weights, double rate)
    {
        double[] gradient = Gradient(weights);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = weights[i] - (rate * gradient[i]);
        }

        return gradient;
    }

    /// <summary>G·w - r.</summary>
    /// <param name="weights">w, one element a feature.</param>
    public double[] Gradient(ReadOnlySpan<double> weights)
    {
        double[] gradient = new double[Features];
        for (int i = 0; i < Features; i++)
        {
            gradient[i] = -_moment[i];
            for (int j = 0; j < Features; j++)
            {
                gradient[i] += Gram(i, j) * weights[j];
            }
        }

        return gradient;
    }
}
