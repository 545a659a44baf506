using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Functions drawn from a Gaussian process with the kernel s²·exp(-(x - x')²/(2l²)), points uniform in [-2, 2), noise added to every value; length l and scale s are drawn for each task. Source:
/// Garnelo et al. (2018), "Conditional neural processes", section 4.1, and Kim et al. (2019), "Attentive neural processes", section 4.1, whose ranges are the defaults: l in [0.1, 0.6), s in
/// [0.1, 1).
/// </summary>
public sealed class GaussianProcessTasks : RegressionTasks
{
    private const double InputBound = 2;
    private const double LeastScale = 0.1;
    private const double GreatestScale = 1;

    /// <summary>Keeps the factorisation of nearly singular kernel matrices real; its root is far below <see cref="NoiseDeviation"/>.</summary>
    private const double Jitter = 1e-9;

    [ThreadStatic]
    private static double[]? _scratch;

    private readonly double _leastLength;
    private readonly double _greatestLength;

    /// <summary>Describes the family; nothing is generated yet.</summary>
    /// <param name="shot">Support points a task, at least 1.</param>
    /// <param name="query">Query points a task, at least 1.</param>
    /// <param name="seed">Equal seeds give equal tasks. The tasks are simulated, so the seed is no secret.</param>
    /// <param name="split">Training population or fresh tasks; the two share no stream.</param>
    /// <param name="leastLength">Least length l of a task, above 0.</param>
    /// <param name="greatestLength">Greatest length, at least the least.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public GaussianProcessTasks(int shot = 10, int query = 10, ulong seed = 0, TaskSplit split = TaskSplit.Training, double leastLength = 0.1, double greatestLength = 0.6)
        : base("gaussian process tasks", shot, query, seed, split)
    {
        if (!(leastLength > 0 && greatestLength >= leastLength && double.IsFinite(greatestLength)))
        {
            throw new ArgumentException(FormattableString.Invariant($"GaussianProcessTasks: lengths must be finite, above 0 and in order; got {leastLength} and {greatestLength}."));
        }

        (_leastLength, _greatestLength) = (leastLength, greatestLength);
    }

    /// <summary>Deviation of the noise on y.</summary>
    public const double NoiseDeviation = 0.02;

    private protected override void Draw(RandomStream stream, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        double length = stream.Between(_leastLength, _greatestLength);
        double scale = stream.Between(LeastScale, GreatestScale);
        int support = supportInputs.Length;
        int count = support + queryInputs.Length;
        double[] scratch = _scratch is { } kept && kept.Length >= count * (count + 1) ? kept : _scratch = new double[count * (count + 1)];
        Span<double> normal = scratch.AsSpan(count * count, count);
        for (int i = 0; i < count; i++)
        {
            (i < support ? supportInputs : queryInputs)[i < support ? i : i - support] = (float)stream.Between(-InputBound, InputBound);
            normal[i] = stream.NextGaussian();
        }

        // Row by row of the Cholesky factor L of the kernel matrix (Rasmussen and Williams 2006, algorithm A.4); values are L·normal.
        for (int i = 0; i < count; i++)
        {
            double x = i < support ? supportInputs[i] : queryInputs[i - support];
            double value = 0;
            for (int j = 0; j <= i; j++)
            {
                double distance = (x - (j < support ? supportInputs[j] : queryInputs[j - support])) / length;
                double rest = Math.Exp(-0.5 * distance * distance) + (i == j ? Jitter : 0);
                for (int k = 0; k < j; k++)
                {
                    rest -= scratch[(i * count) + k] * scratch[(j * count) + k];
                }

                double entry = i == j ? Math.Sqrt(Math.Max(rest, Jitter)) : rest / scratch[(j * count) + j];
                scratch[(i * count) + j] = entry;
                value += entry * normal[j];
            }

            (i < support ? supportLabels : queryLabels)[i < support ? i : i - support] = (float)((scale * value) + (NoiseDeviation * stream.NextGaussian()));
        }
    }
}
