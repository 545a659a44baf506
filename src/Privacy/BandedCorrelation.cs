namespace FastDPMeta.Privacy;

/// <summary>A lower triangular Toeplitz matrix C⁻¹ with few diagonals.</summary>
internal sealed class BandedCorrelation : NoiseCorrelation
{
    private const int MostBands = 1024;

    // In single precision, as they are multiplied with; all else is computed from these.
    private readonly float[] _weights;

    public BandedCorrelation(int bands)
    {
        if (bands is < 1 or > MostBands)
        {
            throw new ArgumentOutOfRangeException(nameof(bands), bands, $"NoiseCorrelation.Banded: bands must lie between 1 and {MostBands}. Give about as many as noise vectors a round may cost, for example 8.");
        }

        _weights = new float[bands];
        double weight = 1;
        for (int j = 0; j < bands; j++)
        {
            _weights[j] = (float)weight;
            weight *= (j - 0.5) / (j + 1);
        }
    }

    /// <summary>Coefficients of C⁻¹.</summary>
    internal ReadOnlySpan<float> Weights => _weights;

    /// <inheritdoc/>
    public override string ToString() => _weights.Length == 1 ? "independent vectors" : $"{_weights.Length} bands";

    /// <inheritdoc/>
    internal override int MostTerms(int rounds) => Math.Min(_weights.Length, rounds);

    /// <inheritdoc/>
    internal override int Terms(long round, Span<NoiseTerm> terms)
    {
        int count = (int)Math.Min(_weights.Length, round + 1);
        for (int j = 0; j < count; j++)
        {
            terms[j] = new NoiseTerm((ulong)(round - j), _weights[j]);
        }

        return count;
    }

    /// <summary>
    /// C's coefficients, 1/Σ wⱼxʲ, are not negative, as all weights but the first are not positive. So a unit is carried farthest if its contributions all point the same
    /// way, and a first participation in round 0 is worst: a later one gives the same numbers, cut off at the end.
    /// </summary>
    private protected override double SquaredSensitivity(int rounds, int separation)
    {
        double[] inverse = Inverse(rounds);
        double squares = 0;
        double[] carried = new double[rounds];
        for (int t = 0; t < rounds; t++)
        {
            carried[t] = inverse[t] + (t >= separation ? carried[t - separation] : 0);
            squares += carried[t] * carried[t];
        }

        return squares;
    }

    /// <summary>Row t of A·C⁻¹ holds sums of the first weights.</summary>
    private protected override double VarianceOfSum(int rounds)
    {
        double variance = 0, sum = 0;
        for (int j = 0; j < rounds; j++)
        {
            sum += j < _weights.Length ? _weights[j] : 0;
            variance += sum * sum;
        }

        return variance;
    }

    private double[] Inverse(int count)
    {
        double[] inverse = new double[count];
        for (int t = 0; t < count; t++)
        {
            double sum = t == 0 ? 1 : 0;
            for (int j = 1; j < Math.Min(_weights.Length, t + 1); j++)
            {
                sum -= _weights[j] * inverse[t - j];
            }

            inverse[t] = sum; // the first weight is 1
        }

        return inverse;
    }
}
