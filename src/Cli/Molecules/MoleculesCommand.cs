using System.CommandLine;
using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Molecules;

/// <summary><c>fastdpmeta train molecules</c>.</summary>
internal static class MoleculesCommand
{
    internal const string Name = "molecules";

    internal const string Examples =
        """
          fastdpmeta train molecules --data DIR                                             ToxCast, without privacy
          fastdpmeta train molecules --data DIR --recipe recipes/molecules/tox21.json
          fastdpmeta train molecules --data DIR --recipe recipes/molecules/toxcast-compound.json    the private frontier
        """;

    private const string Help =
        "Few-shot drug discovery: learns an embedding of ECFP fingerprints from many assays, and ranks the compounds of assays it never saw by ten actives and ten inactives. "
        + "Prints the area under the ROC curve over random supports beside a random forest and Tanimoto neighbours, for compounds seen and never seen in training.";

    internal static Command Create(Screen screen, TimeProvider time, CancellationToken stop)
    {
        MoleculeSettings options = new();
        RunOptions settings = new();
        Command command = new(Name, Help);
        options.AddTo(command);
        settings.AddTo(command, withOutput: true);
        command.SetAction(parsed =>
        {
            MoleculeOptions asked = options.Read(parsed);
            RunSettings how = settings.Read(parsed, $"{Name}-{MoleculeSettings.Name(asked.Collection)}");
            using Interruption interruption = new(screen.Error);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, stop);
            return new MoleculeJob(screen, time).Run(asked, how, both.Token);
        });
        return command;
    }
}
