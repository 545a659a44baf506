using System.CommandLine;
using FastDPMeta.Cli.Plans;
using FastDPMeta.Cli.Plots;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta compare</c>: one plan under every accountant, as a table and as ε against rounds.</summary>
internal sealed class CompareCommand
{
    internal const string Name = "compare";

    internal const string Examples =
        """
          fastdpmeta compare --rate 0.01 --noise 1 --steps 10000 --delta 1e-5
          fastdpmeta compare --rate 0.01 --noise 1 --steps 10000 --delta 1e-5 --plot epsilon.png
          fastdpmeta compare --sampling fixed --population 50000 --lot 500 --noise 2 --steps 2000 --delta 1e-6 --json
        """;

    private const string Help =
        "Puts one plan before every accountant and shows what each says, and how long it took. Upper and lower bounds are proved; the limit theorem of Gaussian differential privacy is an estimate and understates.";

    private readonly Option<double?> _rate = NumberOption.Create("--rate", "X", "Sampling rate: expected lot / population. Default: 1, everybody in every round.", Ranges.Rate("0.01"));
    private readonly Option<double?> _noise = NumberOption.Create("--noise", "X", "Noise multiplier σ: standard deviation of the noise / clip norm.", Ranges.Positive("1.1"));
    private readonly Option<int?> _steps = NumberOption.Create("--steps", "N", "Rounds.", Ranges.AtLeast(1, "1000"));
    private readonly Option<double?> _delta = NumberOption.Create("--delta", "X", "δ.", Ranges.OpenUnit("1e-6"));
    private readonly SamplingOptions _sampling = new(Name);
    private readonly Option<string?> _plot = new("--plot") { HelpName = "file", Description = "Also write ε against rounds as a PNG picture." };
    private readonly Option<bool> _json = new("--json") { Description = "Answer in one line of JSON." };
    private readonly Screen _screen;

    private CompareCommand(Screen screen) => _screen = screen;

    internal static Command Create(Screen screen)
    {
        CompareCommand compare = new(screen);
        Command command = new(Name, Help) { compare._rate, compare._noise, compare._steps, compare._delta, compare._plot, compare._json };
        compare._sampling.AddTo(command);
        command.SetAction(compare.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        SamplingScheme? sampling = _sampling.Read(parsed, parsed.GetValue(_rate) is not null);
        double rate = sampling?.Rate ?? parsed.GetValue(_rate) ?? 1;
        double noise = parsed.GetValue(_noise) ?? throw Missing("--noise", "1.1");
        long steps = parsed.GetValue(_steps) ?? throw Missing("--steps", "1000");
        double delta = parsed.GetValue(_delta) ?? throw Missing("--delta", "1e-6");
        bool isPoisson = sampling is null || sampling.Name == SamplingScheme.Poisson(1, 1).Name;
        AccountantComparison comparison = AccountantComparison.Of(
            count => SamplingOptions.Released(sampling, rate, noise, count),
            steps,
            delta,
            isPoisson ? count => GaussianLimit.EstimateEpsilon(rate, noise, count, delta) : null);
        if (parsed.GetValue(_json))
        {
            _screen.Output.WriteLine(ComparisonText.Json(comparison, sampling?.Name ?? "Poisson", rate, noise, delta));
        }
        else
        {
            ComparisonText.Print(_screen.Console, comparison);
        }

        if (parsed.GetValue(_plot) is { } file)
        {
            Write(file, AccountantsPlot.Render(comparison));
        }
    }

    private static void Write(string file, byte[] picture)
    {
        try
        {
            File.WriteAllBytes(file, picture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"compare: the picture cannot be written: {error.Message.ReplaceLineEndings(" ")}", ExitCode.Failure, error);
        }
    }

    private static CommandException Missing(string option, string example) => new($"compare: {option} is missing. Give a value such as {example}.", ExitCode.Usage);
}
