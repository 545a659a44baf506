using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Few-shot regression on sine curves: y = A sin(x - φ) with A uniform in [0.1, 5), φ uniform in [0, π) and every x uniform in
/// [-5, 5), without noise. Source: Finn, Abbeel and Levine (2017), "Model-agnostic meta-learning", section 5.1.
/// </summary>
public sealed class SinusoidTasks : RegressionTasks
{
    /// <summary>Inputs lie in [-<see cref="InputBound"/>, <see cref="InputBound"/>).</summary>
    public const double InputBound = 5.0;

    private const double LeastAmplitude = 0.1;
    private const double GreatestAmplitude = 5.0;

    /// <summary>Describes the family; nothing is generated yet.</summary>
    /// <param name="shot">Support points a task, at least 1.</param>
    /// <param name="query">Query points a task, at least 1.</param>
    /// <param name="seed">Equal seeds give equal tasks. The tasks are simulated, so the seed is no secret.</param>
    /// <param name="split">Training population or fresh tasks; the two share no stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public SinusoidTasks(int shot = 10, int query = 10, ulong seed = 0, TaskSplit split = TaskSplit.Training)
        : base("sinusoid tasks", shot, query, seed, split)
    {
    }

    /// <summary>The curve behind a task: for plots and for oracles in tests, never for learning.</summary>
    /// <param name="taskId">Which task, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public SinusoidTask Curve(long taskId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(taskId);
        return DrawCurve(Start(taskId));
    }

    private protected override void Draw(RandomStream stream, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        SinusoidTask curve = DrawCurve(stream);
        DrawPoints(stream, curve, supportInputs, supportLabels);
        DrawPoints(stream, curve, queryInputs, queryLabels);
    }

    private static SinusoidTask DrawCurve(RandomStream stream)
    {
        double amplitude = stream.Between(LeastAmplitude, GreatestAmplitude);
        return new SinusoidTask(amplitude, stream.Between(0.0, Math.PI));
    }

    private static void DrawPoints(RandomStream stream, SinusoidTask curve, Span<float> inputs, Span<float> labels)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = (float)stream.Between(-InputBound, InputBound);
            labels[i] = (float)curve.ValueAt(inputs[i]); // of the rounded input, so that the pair is exact
        }
    }
}
