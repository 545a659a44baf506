using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;

namespace FastDPMeta.Cli.Training;

/// <summary>A few fresh tasks with what the learner makes of them, for the pictures.</summary>
internal static class Portraits
{
    private const int Curves = 3;
    private const int CurvePoints = 201;
    private const int Episodes = 3;

    internal static IReadOnlyList<SinusoidAdaptation> Sinusoids(Experiment experiment, float[] parameters, Device device)
    {
        SinusoidTasks fresh = (SinusoidTasks)experiment.Fresh;
        CurveTasks tasks = new(fresh, CurvePoints);
        LearnerOptions options = experiment.Measured.Options with { Query = CurvePoints };
        TaskShape shape = options.TaskShape(tasks.InputShape);
        List<(int Steps, float[] Y)> all = [];
        SortedSet<int> shown = experiment.HasSteps ? [0, 1, experiment.Options.AdaptSteps] : [experiment.Options.AdaptSteps];
        foreach (int steps in shown)
        {
            using TaskEvaluator evaluator = new(experiment.Model, experiment.Loss, experiment.Measured, shape, steps, device, chunk: Curves);
            float[] predictions = new float[Curves * CurvePoints];
            evaluator.Evaluate(parameters, tasks, 0, Curves, predictions);
            all.Add((steps, predictions));
        }

        return [.. Enumerable.Range(0, Curves).Select(task => Curve(fresh, tasks, task, all))];
    }

    private static SinusoidAdaptation Curve(SinusoidTasks fresh, CurveTasks tasks, int task, List<(int Steps, float[] Y)> all)
    {
        float[] supportX = new float[fresh.SupportCount];
        float[] supportY = new float[fresh.SupportCount];
        float[] x = new float[CurvePoints];
        float[] truth = new float[CurvePoints];
        tasks.Fill(task, supportX, supportY, x, truth);
        return new SinusoidAdaptation(
            Wide(x), Wide(truth), [.. all.Select(one => (one.Steps, Wide(one.Y.AsSpan(task * CurvePoints, CurvePoints).ToArray())))], Wide(supportX), Wide(supportY));
    }

    internal static IReadOnlyList<EpisodeAdaptation> OfEpisodes(Experiment experiment, float[] parameters, Device device)
    {
        ITaskSource fresh = experiment.Fresh;
        int steps = experiment.HasSteps ? experiment.Options.AdaptSteps : 0;
        using TaskEvaluator evaluator = new(experiment.Model, experiment.Loss, experiment.Measured, experiment.Shape, steps, device, chunk: 1);
        float[] logits = new float[Episodes * evaluator.OutputCount];
        evaluator.Evaluate(parameters, fresh, 0, Episodes, logits);
        return [.. Enumerable.Range(0, Episodes).Select(task => Episode(experiment, task, logits.AsSpan(task * evaluator.OutputCount, evaluator.OutputCount)))];
    }

    private static EpisodeAdaptation Episode(Experiment experiment, int task, ReadOnlySpan<float> logits)
    {
        ITaskSource fresh = experiment.Fresh;
        int size = fresh.InputShape.Count;
        float[] support = new float[fresh.SupportCount * size];
        float[] query = new float[fresh.QueryCount * size];
        float[] labels = new float[fresh.QueryCount];
        fresh.Fill(task, support, new float[fresh.SupportCount], query, labels);
        int[] predictions = new int[labels.Length];
        for (int i = 0; i < predictions.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Slice(i * fresh.Way, fresh.Way);
            predictions[i] = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row);
        }

        return new EpisodeAdaptation(fresh.InputShape[-1], support, experiment.Options.Shot, query, [.. labels.Select(label => (int)label)], predictions);
    }

    private static double[] Wide(float[] values) => [.. values.Select(value => (double)value)];
}
