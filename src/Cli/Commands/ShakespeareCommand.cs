using System.CommandLine;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Roles;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta train shakespeare</c>: the next character, learned from roles and adapted to others.</summary>
internal static class ShakespeareCommand
{
    private const string Help =
        "Learns to predict the next character from 113 of Shakespeare's roles, adapts to each of 28 others on its first lines and measures on those that follow, beside counts with back-off and "
        + "one model of all roles. A role is a person: ε protects all it says.";

    internal static Command Create(Screen screen, TimeProvider time, CancellationToken stop)
    {
        ShakespeareOptions options = new();
        RunOptions settings = new();
        Command command = new(RoleOptions.Task, Help);
        options.AddTo(command);
        settings.AddTo(command, withOutput: true);
        command.SetAction(parsed =>
        {
            RoleOptions asked = options.Read(parsed);
            RunSettings how = settings.Read(parsed, $"{RoleOptions.Task}-{SummaryJson.Name(asked.Learner)}", options.Given(parsed));
            using Interruption interruption = new(screen.Error);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, stop);
            return new RoleJob(screen, time).Run(asked, how, both.Token);
        });
        return command;
    }
}
