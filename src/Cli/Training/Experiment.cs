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
/// <param name="Learner">How a training task is learned.</param>
/// <param name="Measured">How a fresh task is learned: the same in the shape of a fresh task.</param>
/// <param name="Optimizer">The outer update.</param>
internal sealed record Experiment(TrainingOptions Options, ITaskSource Training, ITaskSource Fresh, Layer Model, Loss Loss, Learner Learner, Learner Measured, Optimizer Optimizer)
{
    private const double FinalRate = 0.1; // of the first: late rounds average out the noise of sampling and of privacy

    /// <summary>Shapes of a fresh task.</summary>
    internal TaskShape Shape => Measured.Options.TaskShape(Training.InputShape);

    /// <summary>Whether adapting means gradient steps, so that one can look before, between and after.</summary>
    internal bool HasSteps => Learner is GradientLearner;

    /// <summary>What the model normalises over, in the words of <c>--norm</c>.</summary>
    internal string Normalization => Model.Norms.Count == 0 ? SummaryJson.Name(NormKind.None) : string.Join(", ", Model.Norms.Select(SummaryJson.Name));

    internal static Experiment Create(TrainingOptions options, string? dataFolder, IProgressView progress, CancellationToken cancellationToken)
    {
        Schedule rate = Schedule.Cosine(options.Rate, options.Rate * FinalRate, options.Rounds);
        Optimizer optimizer = options.Optimizer == OuterRule.Adam ? Optimizer.Adam(rate) : Optimizer.Sgd(rate);
        TrainingOptions training = InTraining(options);
        Layer model = LearnerChoice.Model(options, options.Learner);
        (Learner learner, Learner measured) = (LearnerChoice.Make(training, options.Learner), LearnerChoice.Make(options, options.Learner));
        if (options.Task == TaskFamily.Sinusoid)
        {
            SinusoidTasks Tasks(TrainingOptions shape, TaskSplit split) => new(shape.Shot, shape.Query, options.Seed, split);
            return new(
                options, Tasks(training, TaskSplit.Training), Tasks(options, TaskSplit.Evaluation), model, Loss.MeanSquaredError, learner, measured, optimizer);
        }

        OmniglotSet data = OmniglotSource.Open(dataFolder, progress, cancellationToken);
        EpisodeOptions Episode(TrainingOptions shape) => new() { Way = shape.Way, Shot = shape.Shot, Query = shape.Query, Seed = options.Seed, Center = options.Center };
        bool final = options.MeasureOn == MeasuredSplit.Test;
        int[] trainingClasses = [.. data.ClassesIn(VinyalsSplit.Train), .. final ? data.ClassesIn(VinyalsSplit.Validation) : []];
        int[] freshClasses = [.. data.ClassesIn(final ? VinyalsSplit.Test : VinyalsSplit.Validation)];
        return new(
            options,
            new EpisodeTasks(data.Images, trainingClasses, Episode(training) with { Rotate = true }),
            new EpisodeTasks(data.Images, freshClasses, Episode(options) with { Split = TaskSplit.Evaluation }),
            model,
            Loss.CrossEntropy,
            learner,
            measured,
            optimizer);
    }

    /// <summary>The same tasks and the plain network, trained on all tasks at once without meta-learning.</summary>
    internal Experiment Jointly() => this with
    {
        Learner = LearnerChoice.Make(InTraining(Options), LearnerKind.Joint),
        Measured = LearnerChoice.Make(Options, LearnerKind.Joint),
        Model = LearnerChoice.Model(Options, LearnerKind.Joint),
    };

    /// <summary>The options with the way, shot and query of a training task.</summary>
    private static TrainingOptions InTraining(TrainingOptions options) => options with
    {
        Way = options.TrainWay ?? options.Way,
        Shot = options.TrainShot ?? options.Shot,
        Query = options.TrainQuery ?? options.Query,
    };
}
