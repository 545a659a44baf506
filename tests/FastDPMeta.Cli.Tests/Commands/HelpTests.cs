namespace FastDPMeta.Cli.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData("", "fastdpmeta train")]
    [InlineData("--help", "account")]
    [InlineData("measure --help", "fastdpmeta measure runs/omniglot-protonet --way 20")]
    [InlineData("train --help", "fastdpmeta train --resume --out runs/mine")]
    [InlineData("account -h", "how much noise")]
    public async Task Help_is_given_with_examples(string arguments, string expected)
    {
        CommandRun run = await CommandRun.Of(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, run.Code);
        Assert.Contains(expected, run.Output);
        Assert.Equal("", run.Error);
    }
}
