using System.CommandLine;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Commands;

/// <summary>Options about where and how to run.</summary>
internal sealed class RunOptions
{
    private readonly Option<string> _device = new("--device")
    {
        HelpName = "name",
        Description = "best, or a name that 'fastdpmeta devices' lists, as cpu or cuda:0.",
        DefaultValueFactory = _ => "best",
    };

    private readonly Option<int?> _threads = NumberOption.Create("--threads", "N", "Worker threads on the CPU; 0 takes one per core. Default: 0.", Ranges.AtLeast(0, "2"));
    private readonly Option<string?> _data = new("--data") { HelpName = "folder", Description = "Where the data lies. Default: the cache, filled by a download." };
    private readonly Option<string?> _output = new("--out") { HelpName = "folder", Description = "Where model, report.json, ledger and pictures go. Default: the next free name under runs." };
    private readonly Option<bool> _json = new("--json") { Description = "End standard output with one line of JSON." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint in --out, with the options of that run." };
    private readonly Option<string?> _witness = new("--witness") { HelpName = "file", Description = "A second copy of the ledger in another place, which shows when the ledger is put back from an older copy. Give it again to resume." };
    private readonly Option<bool> _force = new("--force") { Description = "Replace the run in --out." };

    internal void AddTo(Command command, bool withOutput)
    {
        command.Add(_device);
        command.Add(_threads);
        command.Add(_data);
        if (withOutput)
        {
            command.Add(_output);
            command.Add(_json);
            command.Add(_resume);
            command.Add(_force);
            command.Add(_witness);
        }
    }

    /// <summary>What is asked for by a run that is done in one sitting.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">What the output folder is named after unless it is given.</param>
    /// <exception cref="CommandException">An option is given that only runs which can be resumed have.</exception>
    internal RunSettings Read(ParseResult parsed, string name)
    {
        if (parsed.GetValue(_resume) || parsed.GetValue(_witness) is not null)
        {
            throw new CommandException("--resume and --witness: a run of this command is done in one sitting. Leave them out.", ExitCode.Usage);
        }

        return Read(parsed, name, []);
    }

    /// <summary>What is asked for; the output folder of a new run without <c>--out</c> is named after it.</summary>
    /// <exception cref="CommandException">The options contradict each other.</exception>
    internal RunSettings Read(ParseResult parsed, TrainingOptions options, IReadOnlyList<string> decidingOptionsGiven) =>
        Read(parsed, $"{SummaryJson.Name(options.Task)}-{SummaryJson.Name(options.Learner)}", decidingOptionsGiven);

    /// <summary>As the other, for a run with a name.</summary>
    /// <exception cref="CommandException">The options contradict each other.</exception>
    internal RunSettings Read(ParseResult parsed, string name, IReadOnlyList<string> decidingOptionsGiven)
    {
        bool resume = parsed.GetValue(_resume);
        bool force = parsed.GetValue(_force);
        string? output = parsed.GetValue(_output);
        if (resume && (output is null || force || decidingOptionsGiven.Count > 0))
        {
            string problem = output is null ? "needs --out, the folder of the run to go on with."
                : force ? "and --force contradict each other. Give one of them."
                : $"takes the options of the run in --out. Leave out {string.Join(", ", decidingOptionsGiven)}.";
            throw new CommandException($"--resume {problem}", ExitCode.Usage);
        }

        return new RunSettings(
            parsed.GetValue(_device)!,
            parsed.GetValue(_threads) ?? 0,
            parsed.GetValue(_data),
            output ?? RunFolder.NextFree(name),
            parsed.GetValue(_json),
            resume,
            force,
            parsed.GetValue(_witness));
    }
}
