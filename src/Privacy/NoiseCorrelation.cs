namespace FastDPMeta.Privacy;

/// <summary>
/// How the rounds of a run share their noise: round t gets Σ W[t, j]·zⱼ of independent Gaussian vectors zⱼ, with W = C⁻¹ lower triangular. The vectors are made anew from their
/// counters wherever they are needed, so that correlation takes no memory. Immutable.
/// </summary>
/// <remarks>
/// The run is one Gaussian release of C·(g₁, …, gₙ): see <see cref="Sensitivity"/>. What matters to the model is the noise of the sums g₁ + … + g_t, that is, of
/// the rows of A·C⁻¹ with A the lower triangle of ones: <see cref="SumVariance"/>.
/// </remarks>
public abstract class NoiseCorrelation
{
    private protected NoiseCorrelation()
    {
    }

    /// <summary>
    /// A binary tree over the rounds with a noise vector at each node that a prefix is made of: the sum of the first t rounds has the noise of as many nodes as t has binary
    /// digits 1 (Dwork, Naor, Pitassi and Rothblum 2010; Kairouz et al. 2021, "Practical and private (deep) learning without sampling or shuffling").
    /// </summary>
    public static NoiseCorrelation Tree { get; } = new TreeCorrelation();

    /// <summary>
    /// A banded Toeplitz matrix C⁻¹, the first <paramref name="bands"/> coefficients of √(1 - x): the inverse of the square root of the prefix sums, cut off (Henzinger, Upadhyay
    /// and Upadhyay 2023, "Almost tight error bounds on differentially private continual counting"; Choquette-Choo et al. 2023 for bands). A round costs as many noise vectors.
    /// </summary>
    /// <param name="bands">Noise vectors of a round, from 1 (independent noise) to 1024; good values lie below the batches of an epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public static NoiseCorrelation Banded(int bands) => new BandedCorrelation(bands);

    /// <summary>
    /// How far C carries the contributions of one unit, each at most 1 long, at most: the square root of the largest Σ (CᵀC)[k, l] over the rounds k, l that the unit takes
    /// part in, which are some first round and every <paramref name="separation"/>-th behind it. Rounded up.
    /// </summary>
    /// <param name="rounds">Rounds of the run, ≥ 1.</param>
    /// <param name="separation">Rounds from one participation of a unit to its next, ≥ 1; the batches of an epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public double Sensitivity(int rounds, int separation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(separation, 1);
        return Math.Sqrt(SquaredSensitivity(rounds, separation)) * (1 + 1e-12);
    }

    /// <summary>Variance of the noise of g₁ + … + g_t for unit noise: the squared norm of row t of A·C⁻¹.</summary>
    /// <param name="rounds">t ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public double SumVariance(int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        return VarianceOfSum(rounds);
    }

    /// <summary>The most vectors that any of so many rounds adds.</summary>
    internal abstract int MostTerms(int rounds);

    /// <summary>The vectors that a round adds.</summary>
    /// <param name="round">From 0.</param>
    /// <param name="terms">Room for <see cref="MostTerms"/>.</param>
    /// <returns>How many.</returns>
    internal abstract int Terms(long round, Span<NoiseTerm> terms);

    private protected abstract double SquaredSensitivity(int rounds, int separation);

    private protected abstract double VarianceOfSum(int rounds);
}
