using System.CommandLine;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta explain</c>: what a training step compiles to, without training.</summary>
internal static class ExplainCommand
{
    internal static Command Create(ITrainingRunner runner, Screen screen)
    {
        TrainOptions options = new();
        RunOptions settings = new();
        Command command = new("explain", "Shows what a step compiles to: the computation, its kernels, launches and bytes. Takes the options of train and trains nothing.");
        options.AddTo(command);
        settings.AddTo(command, withOutput: false);
        command.SetAction(parsed =>
        {
            TrainingOptions asked = options.Read(parsed);
            screen.Output.WriteLine(runner.Explain(asked, settings.Read(parsed, asked, [])));
        });
        return command;
    }
}
