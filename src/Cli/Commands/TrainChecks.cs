using System.Globalization;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Commands;

/// <summary>Whether the options of <c>train</c> fit each other.</summary>
internal static class TrainChecks
{
    private static readonly string[] OfCharacters = ["--train-way", "--network", "--widen", "--center", "--measure-on"];
    private const int OmniglotDrawers = OmniglotSet.DrawerCount;

    /// <param name="options">What is asked for.</param>
    /// <param name="given">Names of the options that were given.</param>
    /// <param name="ofTasks">Names of those that say something about tasks only.</param>
    /// <exception cref="CommandException">They don't; one line lists all that is wrong.</exception>
    internal static void Check(TrainingOptions options, IReadOnlyList<string> given, IReadOnlyList<string> ofTasks)
    {
        List<string> wrong = [];
        if (options.Lot > options.Population)
        {
            wrong.Add($"--lot {options.Lot} exceeds --population {options.Population}: a round can't expect more tasks than exist. Lower --lot.");
        }

        bool plain = options.Learner is LearnerKind.Sgd or LearnerKind.Adam;
        if (plain == options.HasTasks)
        {
            string learner = SummaryJson.Name(options.Learner);
            wrong.Add(plain
                ? $"--learner {learner} is plain training, for mnist. Use maml, reptile, protonet, joint or another learner of tasks."
                : $"--learner {learner} learns from tasks, and mnist has none. Use sgd or adam.");
        }

        if (!options.HasTasks)
        {
            CheckExamples(options, given, ofTasks, wrong);
        }

        if (options.HasTasks && options.Groups > 0)
        {
            wrong.Add($"--groups {options.Groups}: it is about the network of mnist. Leave it out.");
        }

        if (given.Contains("--norm") && options.Task != TaskFamily.Omniglot)
        {
            wrong.Add($"--norm {SummaryJson.Name(options.Norm)}: it is about the network of omniglot. Leave it out.");
        }

        if (options.Norm == NormKind.Transductive && options.Epsilon is not null)
        {
            wrong.Add("--norm transductive predicts queries from one another, which no ε covers. Use --norm per-task, or --epsilon none.");
        }

        if (options.HasTasks)
        {
            CheckTasks(options, given, wrong);
        }

        if (given.Contains("--epochs") && given.Contains("--rounds"))
        {
            wrong.Add("--epochs and --rounds both say how long to train. Give one of them.");
        }

        if (options.SecureNoise && (options.Sampling != SamplingRule.Poisson || options.Clipping == ClippingRule.Adaptive))
        {
            wrong.Add("--secure-noise goes with --sampling poisson and with every --clipping but adaptive. Leave one of them out.");
        }

        if (options.Epsilon is null && options.Sampling is SamplingRule.Tree or SamplingRule.Banded)
        {
            wrong.Add($"--sampling {SummaryJson.Name(options.Sampling)} is about how rounds share their noise, and --epsilon none has none. Use cyclic or poisson.");
        }

        if (given.Contains("--bands") && options.Sampling != SamplingRule.Banded)
        {
            wrong.Add("--bands goes with --sampling banded only. Leave it out.");
        }

        if (options.Sampling is SamplingRule.Tree or SamplingRule.Banded && options.Clipping == ClippingRule.Adaptive)
        {
            wrong.Add("--clipping adaptive changes the noise from round to round, which rounds that share noise can't. Use another rule.");
        }

        if (options.Epsilon is not null && options.Delta >= 1.0 / options.Population)
        {
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"--delta {options.Delta:g} is not below 1 / population: it would permit publishing one task whole. Give at most {0.1 / options.Population:g1}."));
        }

        if (wrong.Count > 0)
        {
            throw new CommandException(string.Join(' ', wrong), ExitCode.Usage);
        }
    }

    private static void CheckTasks(TrainingOptions options, IReadOnlyList<string> given, List<string> wrong)
    {
        if (options.Task == TaskFamily.Sinusoid && options.Way != 1)
        {
            wrong.Add($"--way {options.Way}: sinusoid is regression and has no classes. Leave --way out.");
        }

        if (options.Task == TaskFamily.Sinusoid && LearnerChoice.NeedsClasses(options.Learner))
        {
            wrong.Add($"--learner {SummaryJson.Name(options.Learner)} needs classes. Use maml, meta-sgd, cnp or another learner for sinusoid.");
        }

        if (options.Task == TaskFamily.Omniglot && LearnerChoice.NeedsVectors(options.Learner))
        {
            wrong.Add($"--learner {SummaryJson.Name(options.Learner)} puts numbers behind the input, and the network of omniglot takes images. Use film, hypernetwork or maml.");
        }

        if (options.Task == TaskFamily.Omniglot && options.Way < 2)
        {
            wrong.Add($"--way {options.Way}: an episode needs at least 2 classes. Give 5.");
        }

        if (options.Task == TaskFamily.Omniglot && options.Shot + options.Query > OmniglotDrawers)
        {
            wrong.Add($"--shot {options.Shot} and --query {options.Query}: a character has {OmniglotDrawers} images in all. Lower one of them.");
        }

        (int shot, int query) = (options.TrainShot ?? options.Shot, options.TrainQuery ?? options.Query);
        if (options.Task == TaskFamily.Omniglot && options.Shot + options.Query <= OmniglotDrawers && shot + query > OmniglotDrawers)
        {
            wrong.Add($"--train-shot {shot} and --train-query {query}: a character has {OmniglotDrawers} images in all. Lower one of them.");
        }

        if (options.Task == TaskFamily.Sinusoid && given.Intersect(OfCharacters).ToArray() is { Length: > 0 } idle)
        {
            wrong.Add($"{string.Join(", ", idle)}: sinusoid has neither classes nor images. Leave out what is about them.");
        }

        if (options.Network == NetworkKind.Mlp && given.Intersect(["--filters", "--widen"]).ToArray() is { Length: > 0 } ofConvolutions)
        {
            wrong.Add($"{string.Join(", ", ofConvolutions)}: --network mlp has no filters. Leave one of them out.");
        }

        if (options.TrainWay is { } way && way != options.Way && !LearnerChoice.Embeds(options.Learner))
        {
            wrong.Add($"--train-way {way}: --learner {SummaryJson.Name(options.Learner)} has an output for each class, so it trains with the {options.Way} classes it is measured with. Leave --train-way out.");
        }
    }

    private static void CheckExamples(TrainingOptions options, IReadOnlyList<string> given, IReadOnlyList<string> ofTasks, List<string> wrong)
    {
        string[] idle = [.. given.Intersect(ofTasks)];
        if (idle.Length > 0)
        {
            wrong.Add($"{string.Join(", ", idle)}: mnist is plain training and has no tasks. Leave out what is about them.");
        }

        if (options.Unit != ProtectedUnit.Example)
        {
            wrong.Add("--unit task: mnist has no tasks. Leave --unit out; each example is protected.");
        }

        if (options.Groups > 0 && options.Filters % options.Groups != 0)
        {
            wrong.Add($"--groups {options.Groups}: groups must divide the {options.Filters} filters. Give a divisor of --filters.");
        }

        if (options.Population > MnistSet.TrainingCount)
        {
            wrong.Add($"--population {options.Population}: mnist has {MnistSet.TrainingCount} training examples. Leave --population out.");
        }
    }
}
