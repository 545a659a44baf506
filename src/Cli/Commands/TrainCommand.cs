using System.CommandLine;
using FastDPMeta.Cli.Molecules;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta train</c>.</summary>
internal static class TrainCommand
{
    internal const string Name = "train";

    internal const string Examples =
        """
          fastdpmeta train                                                sinusoid, private MAML
          fastdpmeta train --epsilon none                                 the same without privacy
          fastdpmeta train omniglot --learner protonet --epsilon none
          fastdpmeta train mnist --epsilon 1 --epochs 8                    plain private training of digits
          fastdpmeta train molecules --data DIR                            few-shot drug discovery
          fastdpmeta train movielens                                      ratings of movies, private for each person; see its own --help
          fastdpmeta train omniglot --epsilon 8 --out runs/mine           Ctrl-C stops cleanly ...
          fastdpmeta train --resume --out runs/mine                       ... and this goes on
          fastdpmeta train shakespeare --epsilon none                     next character by role
        """;

    private const string Help = "Learns how to learn from a population of tasks, privately unless told otherwise, and measures how it adapts to fresh ones.";

    internal static Command Create(ITrainingRunner runner, Screen screen, TimeProvider time, CancellationToken stop)
    {
        TrainOptions options = new();
        RunOptions settings = new();
        Command command = new(Name, Help);
        options.AddTo(command);
        settings.AddTo(command, withOutput: true);
        command.Add(MoleculesCommand.Create(screen, time, stop));
        command.Add(ShakespeareCommand.Create(screen, time, stop));
        command.Add(MovieLensCommand.Create(screen, time, stop));
        command.SetAction(parsed =>
        {
            TrainingOptions asked = options.Read(parsed);
            RunSettings how = settings.Read(parsed, asked, options.Given(parsed));
            using Interruption interruption = new(screen.Error);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, stop);
            return new TrainingJob(runner, screen, time).Run(asked, how, both.Token);
        });
        return command;
    }
}
