using System.CommandLine;
using FastDPMeta.Bench;

ParseResult parsed = BenchCommands.Create().Parse(args.Length == 0 ? ["--help"] : args);
try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine($"bench: {exception.Message}");
    return 2;
}
