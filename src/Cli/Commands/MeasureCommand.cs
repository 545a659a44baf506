using System.CommandLine;
using System.Globalization;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta measure</c>: a trained model on fresh tasks of a shape it may not have been trained for.</summary>
internal sealed class MeasureCommand
{
    internal const string Name = "measure";

    internal const string Examples =
        """
          fastdpmeta measure runs/omniglot-protonet --way 20               20 classes instead of those of the run
          fastdpmeta measure runs/omniglot-protonet --shot 5 --measured 2000 --json
        """;

    private const string Help = "Measures the model of a run on fresh tasks, with as many classes and examples as asked for. Trains nothing, changes nothing, and costs no budget.";

    private readonly Argument<string> _run = new("run") { Description = "Folder of a finished run of tasks." };
    private readonly Option<int?> _way = NumberOption.Create("--way", "N", "Classes in an episode. Default: those of the run.", Ranges.AtLeast(2, "20"));
    private readonly Option<int?> _shot = NumberOption.Create("--shot", "N", "Support examples of each class. Default: those of the run.", Ranges.AtLeast(1, "5"));
    private readonly Option<int?> _query = NumberOption.Create("--query", "N", "Query examples of each class. Default: those of the run.", Ranges.AtLeast(1, "15"));
    private readonly Option<int?> _adaptSteps = NumberOption.Create("--adapt-steps", "N", "Gradient steps that a fresh task gets. Default: those of the run.", Ranges.AtLeast(1, "10"));
    private readonly Option<int?> _measured = NumberOption.Create("--measured", "N", "Fresh tasks. Default: as many as the run was measured on.", Ranges.AtLeast(2, "600"));
    private readonly Option<bool> _json = new("--json") { Description = "End standard output with one line of JSON." };
    private readonly RunOptions _settings = new();

    private MeasureCommand()
    {
    }

    internal static Command Create(ITrainingRunner runner, Screen screen, TimeProvider time)
    {
        MeasureCommand measure = new();
        Command command = new(Name, Help) { measure._run, measure._way, measure._shot, measure._query, measure._adaptSteps, measure._measured, measure._json };
        measure._settings.AddTo(command, withOutput: false);
        command.SetAction(parsed => measure.Run(parsed, runner, screen, time));
        return command;
    }

    private int Run(ParseResult parsed, ITrainingRunner runner, Screen screen, TimeProvider time)
    {
        string folder = parsed.GetValue(_run)!;
        TrainingOptions trained = OptionsFile.Read(RunFolder.OptionsOf(folder), Name);
        TrainingOptions options = trained with
        {
            Way = parsed.GetValue(_way) ?? trained.Way,
            Shot = parsed.GetValue(_shot) ?? trained.Shot,
            Query = parsed.GetValue(_query) ?? trained.Query,
            AdaptSteps = parsed.GetValue(_adaptSteps) ?? trained.AdaptSteps,
            Measured = parsed.GetValue(_measured) ?? trained.Measured,
        };
        Check(options, trained);
        RunSettings settings = _settings.Read(parsed, options, []);
        Comparison row = runner.Measure(options, settings, RunFolder.ModelOf(folder), new PlainProgress(screen.Output, time));
        bool classes = options.Task == TaskFamily.Omniglot;
        string tasks = classes ? $"{options.Way}-way {options.Shot}-shot" : $"{options.Shot}-shot";
        screen.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name}: {tasks} {(classes ? $"accuracy {row.After * 100:0.00} % ± {row.Ci95 * 100:0.00}" : $"mean squared error {row.After:0.0000} ± {row.Ci95:0.0000}")} (95 %), {options.Fresh} fresh tasks"));
        if (parsed.GetValue(_json))
        {
            screen.Output.WriteLine(JsonLine.Of(writer =>
            {
                writer.WriteString("task", SummaryJson.Name(options.Task));
                writer.WriteString("learner", SummaryJson.Name(options.Learner));
                writer.WriteNumber("way", options.Way);
                writer.WriteNumber("shot", options.Shot);
                writer.WriteNumber("query", options.Query);
                SummaryJson.Write(writer, "before", row.Before);
                SummaryJson.Write(writer, "after", row.After);
                SummaryJson.Write(writer, "ci95", row.Ci95);
                writer.WriteNumber("measured", options.Fresh);
            }));
        }

        return ExitCode.Success;
    }

    private static void Check(TrainingOptions options, TrainingOptions trained)
    {
        string? problem = !trained.HasTasks ? "that run is plain training of examples and has no tasks. Measure a run of sinusoid or omniglot."
            : options.Way != trained.Way && trained.Task == TaskFamily.Sinusoid ? "--way: sinusoid is regression and has no classes. Leave it out."
            : options.Way != trained.Way && !LearnerChoice.Embeds(trained.Learner)
                ? $"--way {options.Way}: {SummaryJson.Name(trained.Learner)} has an output for each of the {trained.Way} classes it was trained with. Leave it out."
            : null;
        if (problem is not null)
        {
            throw new CommandException($"{Name}: {problem}", ExitCode.Usage);
        }

        // What the run was trained with is settled; only the shape of fresh tasks can be wrong here.
        TrainChecks.Check(options with { TrainWay = null, TrainShot = null, TrainQuery = null }, [], []);
    }
}
