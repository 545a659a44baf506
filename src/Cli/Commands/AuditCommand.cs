using System.CommandLine;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Privacy.Auditing;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta audit</c>: looks for evidence that a training hides its units worse than it promises.</summary>
internal sealed class AuditCommand
{
    internal const string Name = "audit";

    internal const string Examples =
        """
          fastdpmeta audit                                     private MAML on sinusoids, a minute
          fastdpmeta audit mnist --epsilon 1 --seconds 120     plain private training of digits
          fastdpmeta audit --audit-rounds 50 --json            50 rounds of each training, the result as JSON
        """;

    private const string Help =
        "Plants canaries with worst-case gradients in releases and whole trainings, and guesses from what is released which were in. "
        + "Takes the options of train and leaves nothing behind. Ends with code 1 where the promise is shown to be broken; it can refute a promise, never prove one.";

    private readonly TrainOptions _options = new();
    private readonly RunOptions _settings = new();
    private readonly Option<int?> _seconds = NumberOption.Create("--seconds", "N", "Stop after about so long. Default: 60.", Ranges.AtLeast(1, "60"));
    private readonly Option<int?> _canaries = NumberOption.Create("--canaries", "N", "Canaries in a training. Default: 1000, at most half of the population.", Ranges.AtLeast(1, "1000"));
    private readonly Option<int?> _trainings = NumberOption.Create("--trainings", "N", "Trainings, for the membership report. Default: 8.", Ranges.AtLeast(1, "8"));
    private readonly Option<int?> _rounds = NumberOption.Create("--audit-rounds", "N", "Rounds of each training. Default: 20; 0 for all of them.", Ranges.AtLeast(0, "20"));
    private readonly Option<double?> _confidence = NumberOption.Create("--confidence", "X", "One minus the chance that a bound is wrong. Default: 0.999.", Ranges.OpenUnit("0.999"));
    private readonly Option<bool> _json = new("--json") { Description = "End standard output with one line of JSON." };

    private AuditCommand()
    {
    }

    internal static Command Create(ITrainingRunner runner, Screen screen, TimeProvider time, CancellationToken stop)
    {
        AuditCommand audit = new();
        Command command = new(Name, Help);
        audit._options.AddTo(command);
        audit._settings.AddTo(command, withOutput: false);
        foreach (Option option in (Option[])[audit._seconds, audit._canaries, audit._trainings, audit._rounds, audit._confidence, audit._json])
        {
            command.Add(option);
        }

        command.SetAction(parsed => audit.Run(parsed, runner, screen, time, stop));
        return command;
    }

    private int Run(ParseResult parsed, ITrainingRunner runner, Screen screen, TimeProvider time, CancellationToken stop)
    {
        TrainingOptions asked = _options.Read(parsed);
        if (asked.Epsilon is null)
        {
            throw new CommandException("audit: --epsilon none promises nothing, so there is nothing to audit. Give a budget such as --epsilon 3.", ExitCode.Usage);
        }

        AuditOptions how = new()
        {
            Canaries = parsed.GetValue(_canaries) ?? 1000,
            Trainings = parsed.GetValue(_trainings) ?? 8,
            Rounds = parsed.GetValue(_rounds) ?? 20,
            Confidence = parsed.GetValue(_confidence) ?? 0.999,
            TimeLimit = TimeSpan.FromSeconds(parsed.GetValue(_seconds) ?? 60),
        };
        using Interruption interruption = new(screen.Error);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, stop);
        AuditReport report = runner.Audit(asked, _settings.Read(parsed, asked, []), how, new PlainProgress(screen.Output, time), both.Token);
        screen.Output.WriteLine(report.Describe());
        if (parsed.GetValue(_json))
        {
            screen.Output.WriteLine(AuditJson.Line(report));
        }

        return report.Passed ? ExitCode.Success : ExitCode.Failure;
    }
}
