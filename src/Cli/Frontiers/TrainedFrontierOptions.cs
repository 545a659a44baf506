using System.CommandLine;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Frontiers;

/// <summary>The options of <c>train</c>.</summary>
/// <param name="runner">What trains.</param>
internal sealed class TrainedFrontierOptions(ITrainingRunner runner) : IFrontierOptions
{
    private readonly TrainOptions _options = new();

    public string? Name => null;

    public void AddTo(Command command) => _options.AddTo(command);

    public IReadOnlyList<string> Given(ParseResult parsed) => _options.Given(parsed);

    public IFrontierApplication Read(ParseResult parsed, Func<string, RunSettings> settings)
    {
        if (Given(parsed).Contains("--epsilon"))
        {
            throw new CommandException("frontier: --epsilon is one budget. Give --epsilons, as 1,3,inf.", ExitCode.Usage);
        }

        TrainingOptions asked = _options.Read(parsed);
        return new TrainedFrontier(asked, settings($"{SummaryJson.Name(asked.Task)}-{SummaryJson.Name(asked.Learner)}"), runner);
    }

    public IFrontierApplication Restore(string kept, RunSettings settings) => new TrainedFrontier(OptionsFile.Parse(kept, settings.OutputFolder), settings, runner);
}
