using System.CommandLine;
using System.CommandLine.Invocation;
using FastDPMeta.Cli.Frontiers;
using FastDPMeta.Cli.Roles;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary>The whole command. Whatever goes wrong ends in one line on standard error and an exit code other than 0.</summary>
internal static class Application
{
    private const string Help = "FastDPMeta: meta-learning with differential privacy, on SIMD CPUs and GPUs.";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">Arguments, without the program's name.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="runner">What trains; tests give their own.</param>
    /// <param name="cancellationToken">Stops a run as Ctrl-C does.</param>
    /// <returns>The exit code: 0 success, 1 failure, 2 wrong usage, 130 stopped by Ctrl-C.</returns>
    internal static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, ITrainingRunner? runner = null, CancellationToken cancellationToken = default)
    {
        Option<bool> verbose = new("--verbose") { Description = "Show where an error came from.", Recursive = true };
        RootCommand root = Build(Screen.Over(output, error), verbose, runner, cancellationToken);
        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            error.WriteLine($"fastdpmeta: {string.Join(' ', parsed.Errors.Select(Sentence))} See 'fastdpmeta {parsed.CommandResult.Command.Name} --help'."
                .Replace($"fastdpmeta {root.Name} ", "fastdpmeta ", StringComparison.Ordinal));
            return ExitCode.Usage;
        }

        try
        {
            InvocationConfiguration configuration = new()
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // Ctrl-C is ours: a round is finished and a checkpoint written first
            };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last handler of all: a user never sees a stack trace unasked.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error.WriteLine($"fastdpmeta: {ErrorLine.For(exception)}");
            if (parsed.GetValue(verbose))
            {
                error.WriteLine(exception);
            }

            return ErrorLine.ExitCodeFor(exception);
        }
    }

    private static RootCommand Build(Screen screen, Option<bool> verbose, ITrainingRunner? runner, CancellationToken stop)
    {
        runner ??= new TrainingRunner(TimeProvider.System);
        RootCommand root = new(Help)
        {
            verbose,
            TrainCommand.Create(runner, screen, TimeProvider.System, stop),
            MeasureCommand.Create(runner, screen, TimeProvider.System),
            DevicesCommand.Create(screen),
            AccountCommand.Create(screen),
            CalibrateCommand.Create(screen),
            CompareCommand.Create(screen),
            ExplainCommand.Create(runner, screen),
            AuditCommand.Create(runner, screen, TimeProvider.System, stop),
            ReportCommand.Create(screen, TimeProvider.System),
            HeCommand.Create(screen, stop),
            FrontierCommand.Create(screen, TimeProvider.System, new TrainedFrontierOptions(runner), [new RoleFrontierOptions(TimeProvider.System)], stop),
            PlanCommand.Create(screen),
        };
        HelpWithExamples.AddTo(root, new Dictionary<string, string>
        {
            [root.Name] = "  fastdpmeta train",
            [TrainCommand.Name] = TrainCommand.Examples,
            [MovieLensCommand.Name] = MovieLensCommand.Examples,
            [PlanCommand.Name] = PlanCommand.Examples,
            [MeasureCommand.Name] = MeasureCommand.Examples,
            [AccountCommand.Name] = AccountCommand.Examples,
            [CalibrateCommand.Name] = CalibrateCommand.Examples,
            [CompareCommand.Name] = CompareCommand.Examples,
            [AuditCommand.Name] = AuditCommand.Examples,
            [ReportCommand.Name] = ReportCommand.Examples,
            [HeCommand.Name] = HeCommand.Examples,
            [FrontierCommand.Name] = FrontierCommand.Examples,
        });
        return root;
    }

    private static string Sentence(System.CommandLine.Parsing.ParseError problem) =>
        problem.Message.EndsWith('.') ? problem.Message : problem.Message + ".";
}
