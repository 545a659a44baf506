using FastDPMeta.Cli.Commands;
using FastDPMeta.Cli.Tests.Training;

namespace FastDPMeta.Cli.Tests.Commands;

/// <summary>One command line, run in this process, and what it said.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string LastLine => Output.TrimEnd().Split('\n')[^1];

    public static Task<CommandRun> Of(params string[] args) => Of(new PretendRunner(), CancellationToken.None, args);

    public static async Task<CommandRun> Of(PretendRunner runner, CancellationToken cancellationToken, params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await Application.RunAsync(args, output, error, runner, cancellationToken);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    public CommandRun AssertRefused(params string[] parts)
    {
        Assert.NotEqual(0, Code);
        Assert.Single(ErrorLines);
        Assert.DoesNotContain("   at ", Error);
        Assert.All(parts, part => Assert.Contains(part, Error));
        return this;
    }
}
