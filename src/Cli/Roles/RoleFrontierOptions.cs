using System.CommandLine;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Frontiers;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Roles;

/// <summary>The options of <c>train shakespeare</c>, for frontiers.</summary>
/// <param name="time">The clock.</param>
internal sealed class RoleFrontierOptions(TimeProvider time) : IFrontierOptions
{
    private readonly ShakespeareOptions _options = new();

    public string? Name => RoleOptions.Task;

    public void AddTo(Command command) => _options.AddTo(command);

    public IReadOnlyList<string> Given(ParseResult parsed) => _options.Given(parsed);

    public IFrontierApplication Read(ParseResult parsed, Func<string, RunSettings> settings)
    {
        if (Given(parsed).Contains("--epsilon"))
        {
            throw new CommandException("frontier: --epsilon is one budget. Give --epsilons, as 1,3,inf.", ExitCode.Usage);
        }

        RoleOptions asked = _options.Read(parsed);
        return new RoleFrontier(asked, settings($"{RoleOptions.Task}-{SummaryJson.Name(asked.Learner)}"), time);
    }

    public IFrontierApplication Restore(string kept, RunSettings settings) => new RoleFrontier(RoleOptions.Recipe.Parse(kept, settings.OutputFolder), settings, time);
}
