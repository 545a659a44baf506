using System.CommandLine;
using System.Globalization;
using FastDPMeta.Cli.Frontiers;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta frontier</c>: what privacy costs, as the metric against ε. One object for each application: <c>frontier</c> itself and the words behind it.</summary>
internal sealed class FrontierCommand
{
    internal const string Name = "frontier";

    internal const string Examples =
        """
          fastdpmeta frontier sinusoid --epsilons 0.5,1,3,8,inf --keys 5
          fastdpmeta frontier mnist --epochs 8 --epsilons 1,3,inf --keys 3 --out runs/digits   Ctrl-C stops cleanly ...
          fastdpmeta frontier --resume --out runs/digits                                       ... and this goes on
        """;

    private const string Help =
        "Trains at every budget with every key, each training with a ledger of its own, and shows the metric against ε with 95 % intervals over keys, beside what is not learned. "
        + "Takes the options of train. Says what publishing all of it would spend: the trainings learn from the same people.";

    private const string DefaultEpsilons = "0.5,1,2,3,8,inf";
    private const int DefaultKeys = 5;

    private readonly IFrontierOptions _application;
    private readonly RunOptions _settings = new();
    private readonly Option<string?> _epsilons = new("--epsilons")
    {
        HelpName = "X,X,...",
        Description = $"Budgets ε, with inf for training without privacy. Default: {DefaultEpsilons}.",
    };

    private readonly Option<int?> _keys = NumberOption.Create(
        "--keys", "N", $"Trainings at each budget, with seeds from --seed on. Default: {DefaultKeys}.", Ranges.AtLeast(2, "5"));

    private FrontierCommand(IFrontierOptions application) => _application = application;

    /// <summary>The command, with a word behind it for every application that has options of its own.</summary>
    internal static Command Create(Screen screen, TimeProvider time, IFrontierOptions trained, IReadOnlyList<IFrontierOptions> others, CancellationToken stop)
    {
        Command command = For(trained, screen, time, stop);
        foreach (IFrontierOptions application in others)
        {
            command.Add(For(application, screen, time, stop));
        }

        return command;
    }

    private static Command For(IFrontierOptions application, Screen screen, TimeProvider time, CancellationToken stop)
    {
        FrontierCommand frontier = new(application);
        Command command = new(application.Name ?? Name, Help);
        application.AddTo(command);
        command.Add(frontier._epsilons);
        command.Add(frontier._keys);
        frontier._settings.AddTo(command, withOutput: true);
        command.SetAction(parsed => frontier.Run(parsed, screen, time, stop));
        return command;
    }

    private int Run(ParseResult parsed, Screen screen, TimeProvider time, CancellationToken stop)
    {
        IReadOnlyList<double> epsilons = Budgets(parsed.GetValue(_epsilons) ?? DefaultEpsilons);
        string[] own = [.. new Option[] { _epsilons, _keys }.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
        RunSettings how = null!;
        IFrontierApplication asked = _application.Read(parsed, name => how = _settings.Read(parsed, $"frontier-{name}", [.. _application.Given(parsed), .. own]));
        if (how.Witness is not null)
        {
            throw new CommandException("frontier: --witness goes with one ledger, and every training has its own. Leave it out.", ExitCode.Usage);
        }

        FrontierJob job = new(screen, time);
        using Interruption interruption = new(screen.Error);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, stop);
        return how.Resume
            ? job.Resume(design => _application.Restore(design.Settings, how), how, both.Token)
            : job.Begin(asked, epsilons, parsed.GetValue(_keys) ?? DefaultKeys, how, both.Token);
    }

    private static double[] Budgets(string text)
    {
        List<double> budgets = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            double budget = part is "inf" or "none" or "infinity" or "∞" ? double.PositiveInfinity
                : double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value) ? value
                : throw new CommandException($"--epsilons: each must be a finite number above 0, or inf; got '{part}'. Give budgets such as {DefaultEpsilons}.", ExitCode.Usage);
            if (budgets.Contains(budget))
            {
                throw new CommandException($"--epsilons: {part} is there twice. Give each budget once; --keys repeats it.", ExitCode.Usage);
            }

            budgets.Add(budget);
        }

        return [.. budgets];
    }
}
