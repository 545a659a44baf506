using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FastDPMeta.Cli.Commands;

/// <summary>The usual help, then examples to copy.</summary>
internal sealed class HelpWithExamples(HelpAction usual, IReadOnlyDictionary<string, string> examples) : SynchronousCommandLineAction
{
    /// <summary>Gives a root command's help option examples, by the name of the command that help is asked for.</summary>
    internal static void AddTo(RootCommand root, IReadOnlyDictionary<string, string> examples)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!, examples);
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (examples.TryGetValue(parseResult.CommandResult.Command.Name, out string? text))
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            output.WriteLine(text);
        }

        return code;
    }
}
