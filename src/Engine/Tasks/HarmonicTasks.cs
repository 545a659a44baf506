using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Sums of two sine waves, y = a₁·sin(ωx + b₁) + a₂·sin(2ωx + b₂) + noise: ω uniform in [5, 7), phases uniform in [0, 2π), amplitudes standard normal, points normal with deviation 1
/// about a centre that is uniform in [-4, 4) for each task, noise of deviation 0.1. Source: Lacoste, Oreshkin, Chung, Boquet, Rostamzadeh and Krueger (2018), "Uncertainty in multitask transfer
/// learning", section 5.1. Harder than <see cref="SinusoidTasks"/>: tasks differ in where they look, too.
/// </summary>
public sealed class HarmonicTasks : RegressionTasks
{
    private const double LeastFrequency = 5;
    private const double GreatestFrequency = 7;
    private const double GreatestCentre = 4;

    /// <summary>Deviation of the noise on y.</summary>
    public const double NoiseDeviation = 0.1;

    /// <summary>Describes the family; nothing is generated yet.</summary>
    /// <param name="shot">Support points a task, at least 1.</param>
    /// <param name="query">Query points a task, at least 1.</param>
    /// <param name="seed">Equal seeds give equal tasks. The tasks are simulated, so the seed is no secret.</param>
    /// <param name="split">Training population or fresh tasks; the two share no stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public HarmonicTasks(int shot = 10, int query = 10, ulong seed = 0, TaskSplit split = TaskSplit.Training)
        : base("harmonic tasks", shot, query, seed, split)
    {
    }

    private protected override void Draw(RandomStream stream, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        double frequency = stream.Between(LeastFrequency, GreatestFrequency);
        (double first, double firstPhase) = (stream.NextGaussian(), stream.Between(0, Math.Tau));
        (double second, double secondPhase) = (stream.NextGaussian(), stream.Between(0, Math.Tau));
        double centre = stream.Between(-GreatestCentre, GreatestCentre);
        void Points(Span<float> inputs, Span<float> labels)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = (float)(centre + stream.NextGaussian());
                double angle = frequency * inputs[i];
                labels[i] = (float)((first * Math.Sin(angle + firstPhase)) + (second * Math.Sin((2 * angle) + secondPhase)) + (NoiseDeviation * stream.NextGaussian()));
            }
        }

        Points(supportInputs, supportLabels);
        Points(queryInputs, queryLabels);
    }
}
