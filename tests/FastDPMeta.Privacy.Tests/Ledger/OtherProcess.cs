using System.Diagnostics;
using System.Globalization;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Ledger;

/// <summary>
/// The tests started as a program of their own: a process that charges a ledger and says on standard output what was acknowledged, a line each, until it is killed or the budget is spent.
/// </summary>
internal static class OtherProcess
{
    public static readonly GaussianEvent Release = new(25);

    public static SharedBudget Terms { get; } = new(PrivacyUnit.Example, NeighbouringRelation.AddOrRemoveOne, new PrivacyBudget(2, 1e-5));

    /// <summary>Starts one.</summary>
    public static Process Start(params string[] arguments) => Start(locks: true, arguments);

    /// <summary>Starts one, in which files are opened without locks if so asked, as on a file system that has none.</summary>
    public static Process Start(bool locks, params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(typeof(OtherProcess).Assembly.Location);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = locks ? "0" : "1";
        return Process.Start(start)!;
    }

    /// <summary>What a process that is dead said, whole lines only.</summary>
    public static List<string> Said(string output) => [.. output[..(output.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public static int Main(string[] arguments)
    {
        try
        {
            return Run(arguments);
        }
        catch (LedgerException)
        {
            return 3;
        }
    }

    private static int Run(string[] arguments)
    {
        using StreamWriter output = new(Console.OpenStandardOutput()) { AutoFlush = true, NewLine = "\n" };
        switch (arguments)
        {
            case ["rounds", var path]:
                using (PrivacyLedger ledger = PrivacyLedger.Open(path, Plans.FewRounds(400)))
                {
                    while (ledger.CanCharge())
                    {
                        long round = ledger.LastRound + 1;
                        ledger.Charge(round);
                        output.WriteLine(round.ToString(CultureInfo.InvariantCulture));
                    }
                }

                return 0;
            case ["draw", var path, var analyst]:
                using (SharedLedger ledger = SharedLedger.Open(path))
                {
                    try
                    {
                        while (true)
                        {
                            ledger.Charge(analyst, Release);
                            output.WriteLine(analyst);
                        }
                    }
                    catch (PrivacyBudgetException)
                    {
                        return 0;
                    }
                }

            default:
                return 2;
        }
    }
}
