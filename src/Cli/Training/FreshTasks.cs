using FastDPMeta.Engine.Meta;
using FastDPMeta.Kernels;

namespace FastDPMeta.Cli.Training;

/// <summary>Measures parameters on tasks that were never trained on. Evaluations are compiled once for each number of steps.</summary>
internal sealed class FreshTasks(Experiment experiment, Device device) : IDisposable
{
    /// <summary>Tasks that follow a run; others than those it is finally measured on.</summary>
    private const long FirstFollowed = 1_000_000;
    private readonly Dictionary<int, TaskEvaluator> _evaluators = [];

    /// <summary>The steps a fresh task gets.</summary>
    internal int Steps => experiment.HasSteps ? experiment.Options.AdaptSteps : 0;

    /// <summary>Scores on the tasks of the final table.</summary>
    internal TaskScores Measure(float[] parameters, int steps, int count) => Evaluator(steps).Evaluate(parameters, experiment.Fresh, 0, count);

    /// <summary>Mean query loss after adapting, on a few other tasks: what a run is followed by.</summary>
    internal double Follow(float[] parameters, int count) => Evaluator(Steps).Evaluate(parameters, experiment.Fresh, FirstFollowed, count).MeanLoss;

    /// <summary>A row of the table.</summary>
    internal Comparison Compare(string name, float[] parameters, int count)
    {
        TaskScores after = Measure(parameters, Steps, count);
        double? before = Steps > 0 ? Measure(parameters, 0, count).MeanMetric : null;
        return new Comparison(name, before, after.MeanMetric, after.Interval95);
    }

    public void Dispose()
    {
        foreach (TaskEvaluator evaluator in _evaluators.Values)
        {
            evaluator.Dispose();
        }
    }

    private TaskEvaluator Evaluator(int steps)
    {
        if (!_evaluators.TryGetValue(steps, out TaskEvaluator? evaluator))
        {
            evaluator = new TaskEvaluator(experiment.Model, experiment.Loss, experiment.Measured, experiment.Shape, steps, device);
            _evaluators.Add(steps, evaluator);
        }

        return evaluator;
    }
}
