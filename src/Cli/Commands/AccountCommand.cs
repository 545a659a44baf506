using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FastDPMeta.Cli.Plans;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta account</c>: what a run costs, or the noise or the rounds that keep it within a budget.</summary>
internal sealed class AccountCommand
{
    internal const string Name = "account";

    internal const string Examples =
        """
          fastdpmeta account --rate 0.005 --noise 1.1 --steps 2000 --delta 1e-6    what ε do these rounds cost?
          fastdpmeta account --rate 0.005 --epsilon 3 --steps 2000 --delta 1e-6    how much noise keeps within ε = 3?
          fastdpmeta account --rate 0.005 --epsilon 3 --noise 1.1 --delta 1e-6     how many rounds does ε = 3 allow?
          fastdpmeta account --sampling fixed --population 50000 --lot 256 --epsilon 3 --steps 2000 --delta 1e-6
          fastdpmeta account --plans cases.json --json                             answers a file of questions, one line of JSON each
        """;

    private const string Help =
        "Answers, without training, what sampling and Gaussian noise cost: give --delta and two of --noise, --steps and --epsilon; "
        + "the third is the answer, on the safe side, as the ledger of a run counts; beside it stands the tightest certified interval of ε. Sampling other than Poisson at a --rate needs "
        + "--population and --lot. Or give --plans, a file of questions about events of any kind.";

    private readonly Option<double?> _rate = NumberOption.Create("--rate", "X", "Sampling rate: expected lot / population. Default: 1, everybody in every round.", Ranges.Rate("0.01"));
    private readonly Option<double?> _noise = NumberOption.Create("--noise", "X", "Noise multiplier σ: standard deviation of the noise / clip norm.", Ranges.Positive("1.1"));
    private readonly Option<int?> _steps = NumberOption.Create("--steps", "N", "Rounds.", Ranges.AtLeast(1, "1000"));
    private readonly Option<double?> _epsilon = NumberOption.Create("--epsilon", "X", "The budget ε to keep within.", Ranges.Positive("3"));
    private readonly Option<double?> _delta = NumberOption.Create("--delta", "X", "The budget δ.", Ranges.OpenUnit("1e-6"));
    private readonly SamplingOptions _sampling = new();
    private readonly Option<string?> _plans = new("--plans") { HelpName = "file", Description = "Answer the cases of a JSON file, each with an event tree, its adjacency and δ or ε." };
    private readonly Option<bool> _json = new("--json") { Description = "Answer in one line of JSON." };
    private readonly Screen _screen;

    private AccountCommand(Screen screen) => _screen = screen;

    internal static Command Create(Screen screen)
    {
        AccountCommand account = new(screen);
        Command command = new(Name, Help) { account._rate, account._noise, account._steps, account._epsilon, account._delta, account._plans, account._json };
        account._sampling.AddTo(command);
        command.SetAction(account.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        if (parsed.GetValue(_plans) is { } plans)
        {
            AnswerPlans(parsed, plans);
            return;
        }

        SamplingScheme? sampling = _sampling.Read(parsed, parsed.GetValue(_rate) is not null);
        double rate = sampling?.Rate ?? parsed.GetValue(_rate) ?? 1;
        double? noise = parsed.GetValue(_noise);
        long? steps = parsed.GetValue(_steps);
        double? epsilon = parsed.GetValue(_epsilon);
        double delta = parsed.GetValue(_delta) ?? throw new CommandException("account: --delta is missing. Give a value such as 1e-6.", ExitCode.Usage);
        string answer = (noise, steps, epsilon) switch
        {
            (not null, not null, null) => "ε",
            (null, not null, not null) => "σ",
            (not null, null, not null) => "rounds",
            _ => throw new CommandException("account: give exactly two of --noise, --steps and --epsilon; the third is the answer.", ExitCode.Usage),
        };
        noise ??= sampling is null
            ? Accountant.NoiseMultiplier(rate, steps!.Value, epsilon!.Value, delta)
            : Accountant.NoiseMultiplier(sampling, steps!.Value, epsilon!.Value, delta);
        steps ??= sampling is null
            ? Accountant.Steps(rate, noise.Value, epsilon!.Value, delta)
            : Accountant.Steps(sampling, noise.Value, epsilon!.Value, delta);
        PrivacySpent spent = sampling is null
            ? Accountant.Spent(rate, noise.Value, steps.Value, delta)
            : Accountant.Spent(sampling, noise.Value, steps.Value, delta);
        PrivacyEvent released = SamplingOptions.Released(sampling, rate, noise.Value, spent.Releases);
        Print(parsed.GetValue(_json), answer, sampling?.Name ?? "Poisson", rate, noise.Value, spent, Accountant.Certify(released, delta));
    }

    private void AnswerPlans(ParseResult parsed, string plans)
    {
        if (parsed.Tokens.Any(token => token.Type == System.CommandLine.Parsing.TokenType.Option && token.Value is not ("--plans" or "--json" or "--verbose")))
        {
            throw new CommandException("account: --plans goes with --json alone; the numbers stand in its file.", ExitCode.Usage);
        }

        int number = 0;
        foreach (JsonElement tree in PlanFile.Read(plans))
        {
            _screen.Output.WriteLine(PlanAnswers.Answer(new PlanCase(tree, ++number)));
        }
    }

    private void Print(bool json, string answer, string sampling, double rate, double noise, PrivacySpent spent, EpsilonInterval certified)
    {
        if (json)
        {
            _screen.Output.WriteLine(Json(sampling, rate, noise, spent, certified));
            return;
        }

        if (answer == "rounds" && spent.Releases == 0)
        {
            _screen.Output.WriteLine("Not even one round keeps within the budget. Raise --noise or --epsilon, or lower --rate.");
            return;
        }

        // More digits where σ is the answer, rounded up like everything here: pasted back it must keep the budget.
        double shown = answer == "σ" ? Math.Ceiling(noise * 1e6) / 1e6 : noise;
        _screen.Output.WriteLine(spent.ToString());
        _screen.Output.WriteLine($"Certified: {IntervalText.Of(certified)}");
        _screen.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sampling} sampling, rate {rate}, noise multiplier σ = {shown}, Rényi order {spent.Order:0.###}"));
    }

    private static string Json(string sampling, double rate, double noise, PrivacySpent spent, EpsilonInterval certified)
    {
        return JsonLine.Of(writer =>
        {
            writer.WriteString("sampling", sampling);
            writer.WriteNumber("rate", rate);
            writer.WriteNumber("noiseMultiplier", noise);
            writer.WriteNumber("steps", spent.Releases);
            SummaryJson.Write(writer, "epsilon", spent.Epsilon);
            SummaryJson.Write(writer, "lower", certified.Lower);
            SummaryJson.Write(writer, "upper", certified.Upper);
            writer.WriteNumber("delta", spent.Delta);
            SummaryJson.Write(writer, "order", spent.Order);
            writer.WriteString("neighbours", spent.Neighbours.ToString());
        });
    }
}
