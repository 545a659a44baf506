using System.CommandLine;
using System.Globalization;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Planning;
using Spectre.Console;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta plan</c>: what a population can support under a budget, before anything is trained.</summary>
internal sealed class PlanCommand
{
    internal const string Name = "plan";

    internal const string Examples =
        """
          fastdpmeta plan --users 400 --epsilon 8 --parameters 112000
          fastdpmeta plan --users 100000 --epsilon 2 --parameters 112000 --lot 1000 --rounds 2000
          fastdpmeta plan --users 400 --epsilon 8 --parameters 112000 --layers 4 --outputs 5 --json
        """;

    private const string Help =
        "Says before training what so many people can support: the noise of a round beside the longest update there can be, for everything that could be learned (the whole model, low-rank changes, FiLM, biases, a head), "
        + "and what to learn therefore.";

    private readonly Option<int?> _users = NumberOption.Create("--users", "N", "People, each one unit of privacy.", Ranges.AtLeast(1, "400"));
    private readonly Option<double?> _epsilon = NumberOption.Create("--epsilon", "X", "The budget ε.", Ranges.Positive("8"));
    private readonly Option<double?> _delta = NumberOption.Create("--delta", "X", "The budget δ. Default: a tenth of 1 / users.", Ranges.OpenUnit("1e-5"));
    private readonly Option<long?> _parameters = NumberOption.Create<long>("--parameters", "N", "Parameters of the whole model.", new("a whole number of at least 1", "112000", value => value >= 1));
    private readonly Option<int?> _rounds = NumberOption.Create("--rounds", "N", "Rounds of training. Default: 50.", Ranges.AtLeast(1, "50"));
    private readonly Option<int?> _lot = NumberOption.Create("--lot", "N", "People a round takes on average. Default: everybody.", Ranges.AtLeast(1, "100"));
    private readonly Option<int?> _layers = NumberOption.Create("--layers", "N", "Layers of the model, taken as square. Default: 4.", Ranges.AtLeast(1, "4"));
    private readonly Option<int?> _outputs = NumberOption.Create("--outputs", "N", "Outputs of the model. Default: 1.", Ranges.AtLeast(1, "5"));
    private readonly Option<int?> _rank = NumberOption.Create("--rank", "N", "Rank of low-rank changes. Default: 4.", Ranges.AtLeast(1, "4"));
    private readonly Option<double?> _alignment = NumberOption.Create(
        "--alignment", "X", "Length of the mean of all clipped updates, in clip norms: 1 if all point the same way. Default: 0.1, an assumption.", Ranges.Rate("0.1"));

    private readonly Option<bool> _json = new("--json") { Description = "Answer in one line of JSON." };
    private readonly Screen _screen;

    private PlanCommand(Screen screen) => _screen = screen;

    internal static Command Create(Screen screen)
    {
        PlanCommand plan = new(screen);
        Command command = new(Name, Help)
        {
            plan._users, plan._epsilon, plan._delta, plan._parameters, plan._rounds, plan._lot, plan._layers, plan._outputs, plan._rank, plan._alignment, plan._json,
        };
        command.SetAction(plan.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        PopulationQuestion question = new()
        {
            Users = parsed.GetValue(_users) ?? throw Missing("--users", "400"),
            Epsilon = parsed.GetValue(_epsilon) ?? throw Missing("--epsilon", "8"),
            Parameters = parsed.GetValue(_parameters) ?? throw Missing("--parameters", "112000"),
        };
        question = question with
        {
            Delta = parsed.GetValue(_delta) ?? question.Delta,
            Rounds = parsed.GetValue(_rounds) ?? question.Rounds,
            Lot = parsed.GetValue(_lot) ?? question.Lot,
            Layers = parsed.GetValue(_layers) ?? question.Layers,
            Outputs = parsed.GetValue(_outputs) ?? question.Outputs,
            Rank = parsed.GetValue(_rank) ?? question.Rank,
            Alignment = parsed.GetValue(_alignment) ?? question.Alignment,
        };
        PopulationAdvice advice = PopulationPlanner.Advise(question);
        if (parsed.GetValue(_json))
        {
            _screen.Output.WriteLine(Json(advice));
            return;
        }

        Print(_screen.Console, advice);
    }

    private static void Print(IAnsiConsole console, PopulationAdvice advice)
    {
        PopulationQuestion asked = advice.Question;
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"noise multiplier σ = {advice.NoiseMultiplier:0.####} a round, for {asked.Rounds} rounds of {asked.Lot} of {asked.Users} people, ε = {asked.Epsilon}, δ = {asked.Delta:g3}"));
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("learned").AddColumn(new TableColumn("parameters").RightAligned()).AddColumn(new TableColumn("noise of a round / clip").RightAligned())
            .AddColumn(new TableColumn("signal / noise, round").RightAligned()).AddColumn(new TableColumn("signal / noise, run").RightAligned()).AddColumn("verdict");
        foreach (AdaptationOption option in advice.Options)
        {
            table.AddRow(
                SummaryJson.Name(option.Kind), option.Parameters.ToString(CultureInfo.InvariantCulture), Number(option.NoiseLength), Number(option.RoundSignalToNoise), Number(option.RunSignalToNoise),
                SummaryJson.Name(option.Verdict));
        }

        console.Write(table);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Signal: a mean of clipped updates {asked.Alignment} clip norms long, which is an assumption (--alignment); it is 1 at the very best."));
        console.WriteLine(advice.Sentence);
    }

    private static string Json(PopulationAdvice advice) => JsonLine.Of(writer =>
    {
        PopulationQuestion asked = advice.Question;
        writer.WriteNumber("users", asked.Users);
        writer.WriteNumber("epsilon", asked.Epsilon);
        writer.WriteNumber("delta", asked.Delta);
        writer.WriteNumber("parameters", asked.Parameters);
        writer.WriteNumber("rounds", asked.Rounds);
        writer.WriteNumber("lot", asked.Lot);
        writer.WriteNumber("alignment", asked.Alignment);
        writer.WriteNumber("noiseMultiplier", advice.NoiseMultiplier);
        writer.WriteNumber("mostParameters", advice.MostParameters);
        writer.WriteString("recommended", SummaryJson.Name(advice.Recommended.Kind));
        writer.WriteString("advice", advice.Sentence);
        writer.WriteStartArray("options");
        foreach (AdaptationOption option in advice.Options)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", SummaryJson.Name(option.Kind));
            writer.WriteNumber("parameters", option.Parameters);
            writer.WriteNumber("noiseLength", option.NoiseLength);
            SummaryJson.Write(writer, "roundSignalToNoise", option.RoundSignalToNoise);
            SummaryJson.Write(writer, "runSignalToNoise", option.RunSignalToNoise);
            writer.WriteString("verdict", SummaryJson.Name(option.Verdict));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "∞" : value.ToString("0.###", CultureInfo.InvariantCulture);

    private static CommandException Missing(string option, string example) => new($"plan: {option} is missing. Give a value such as {example}.", ExitCode.Usage);
}
