using FastDPMeta.Cli.Data;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Training;

/// <summary>What the options come to: the tasks, the model, the learner.</summary>
/// <param name="Options">Where it comes from.</param>
/// <param name="Training">The population.</param>
/// <param name="Fresh">Tasks that are never trained on.</param>
/// <param name="Model">For one example.</param>
/// <param name="Loss">Loss and metric of one example.</param>
/// <param name="Learner">How a task is learned.</param>
/// <param name="Optimizer">The outer update.</param>
internal sealed record Experiment(TrainingOptions Options, ITaskSource Training, ITaskSource Fresh, Layer Model, Loss Loss, Learner Learner, Optimizer Optimizer)
{
    private const double FinalRate = 0.1; // of the first: late rounds average out the noise of sampling and of privacy

    /// <summary>Shapes of a training task.</summary>
    internal TaskShape Shape => Learner.Options.TaskShape(Training.InputShape);

    /// <summary>Whether adapting means gradient steps, so that one can look before, between and after.</summary>
    internal bool HasSteps => Learner is GradientLearner;

    /// <summary>What the model normalises over, in the words of <c>--norm</c>.</summary>
    internal string Normalization => Model.Norms.Count == 0 ? SummaryJson.Name(NormKind.None) : string.Join(", ", Model.Norms.Select(SummaryJson.Name));

    internal static Experiment Create(TrainingOptions options, string? dataFolder, IProgressView progress, CancellationToken cancellationToken)
    {
        Optimizer optimizer = Optimizer.Adam(Schedule.Cosine(options.Rate, options.Rate * FinalRate, options.Rounds));
        (Layer model, Learner learner) = (LearnerChoice.Model(options, options.Learner), LearnerChoice.Make(options, options.Learner));
        if (options.Task == TaskFamily.Sinusoid)
        {
            SinusoidTasks Tasks(TaskSplit split) => new(options.Shot, options.Query, options.Seed, split);
            return new(
                options, Tasks(TaskSplit.Training), Tasks(TaskSplit.Evaluation), model, Loss.MeanSquaredError, learner, optimizer);
        }

        OmniglotSet data = OmniglotSource.Open(dataFolder, progress, cancellationToken);
        EpisodeOptions episode = new() { Way = options.Way, Shot = options.Shot, Query = options.Query, Seed = options.Seed };
        int[] trainingClasses = [.. data.ClassesIn(VinyalsSplit.Train), .. data.ClassesIn(VinyalsSplit.Validation)];
        return new(
            options,
            new EpisodeTasks(data.Images, trainingClasses, episode with { Rotate = true }),
            new EpisodeTasks(data.Images, data.ClassesIn(VinyalsSplit.Test), episode with { Split = TaskSplit.Evaluation }),
            model,
            Loss.CrossEntropy,
            learner,
            optimizer);
    }

    /// <summary>The same tasks and the plain network, trained on all tasks at once without meta-learning.</summary>
    internal Experiment Jointly() => this with { Learner = LearnerChoice.Make(Options, LearnerKind.Joint), Model = LearnerChoice.Model(Options, LearnerKind.Joint) };
}
