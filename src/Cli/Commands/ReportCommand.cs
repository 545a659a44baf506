using System.CommandLine;
using System.Globalization;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Privacy.Reports;

namespace FastDPMeta.Cli.Commands;

/// <summary><c>fastdpmeta report</c>: a signed privacy report from a run's ledger, and its check.</summary>
internal sealed class ReportCommand
{
    internal const string Name = "report";

    internal const string Examples =
        """
          fastdpmeta report runs/mine --new-key me.pem             makes a key, signs the report of a run
          fastdpmeta report runs/mine --key me.pem --data records --secret records.secret
          fastdpmeta report --verify privacy-report.md --key me.pem.pub
          fastdpmeta report runs/mine --verify privacy-report.md   ... and was the ledger put back since?
        """;

    private const string Help =
        "Writes what a run's ledger proves (unit, relation, mechanism, sampling, ε, δ, code, data) as a page for people with the same for machines at its end, signed; or checks such a page.";

    private const string FileName = "privacy-report.md";

    private readonly Argument<string?> _run = new("run") { Description = "Folder of a run, or a ledger.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _verify = new("--verify") { HelpName = "file", Description = "Check this report instead of writing one." };
    private readonly Option<string?> _key = new("--key") { HelpName = "file", Description = "The key that signs, PEM; with --verify the key the report must be signed with." };
    private readonly Option<string?> _newKey = new("--new-key") { HelpName = "file", Description = "Make a key, write it here and its public half beside it, and sign with it." };
    private readonly Option<string?> _witness = new("--witness") { HelpName = "file", Description = "The ledger's witness, where it has one." };
    private readonly Option<string[]> _data = new("--data") { HelpName = "path", Description = "Files and folders that were trained on, for a fingerprint.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _secret = new("--secret") { HelpName = "file", Description = "The fingerprint's secret, to be kept with the data; made when missing." };
    private readonly Option<string?> _output = new("--out") { HelpName = "file", Description = $"Where the report goes. Default: {FileName} in the run's folder." };
    private readonly Option<bool> _json = new("--json") { Description = "Answer in one line of JSON." };
    private readonly Screen _screen;
    private readonly TimeProvider _time;

    private ReportCommand(Screen screen, TimeProvider time) => (_screen, _time) = (screen, time);

    internal static Command Create(Screen screen, TimeProvider time)
    {
        ReportCommand report = new(screen, time);
        Command command = new(Name, Help) { report._run };
        foreach (Option option in (Option[])[report._verify, report._key, report._newKey, report._witness, report._data, report._secret, report._output, report._json])
        {
            command.Add(option);
        }

        command.SetAction(report.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        if (parsed.GetValue(_data) is { Length: > 0 } && parsed.GetValue(_secret) is null)
        {
            throw new CommandException("report: --data needs --secret, a file for the fingerprint's secret; it is made when missing. Keep it with the data.", ExitCode.Usage);
        }

        if (parsed.GetValue(_verify) is { } file)
        {
            Verify(parsed, file);
        }
        else
        {
            Write(parsed);
        }
    }

    private void Write(ParseResult parsed)
    {
        string run = parsed.GetValue(_run) ?? throw new CommandException("report: name the folder of a run or a ledger, or give --verify a report.", ExitCode.Usage);
        string ledger = LedgerOf(run);
        PrivacyReport report = PrivacyReport.Of(ledger, parsed.GetValue(_witness), Fingerprint(parsed, mayMakeSecret: true), _time);
        using ReportKey key = SigningKey(parsed);
        string output = parsed.GetValue(_output) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ledger))!, FileName);
        WriteWhole(output, SignedReport.Sign(report, key));
        Print(parsed, report, key.Fingerprint, output, $"Wrote {output}, signed with {key.Fingerprint}.");
    }

    private void Verify(ParseResult parsed, string file)
    {
        using ReportKey? trusted = parsed.GetValue(_key) is { } path ? ReportKey.Load(path) : null;
        SignedReport signed = SignedReport.Verify(ReadAll(file), trusted);
        if (parsed.GetValue(_run) is { } run && !signed.Report.IsContainedIn(LedgerOf(run), parsed.GetValue(_witness)))
        {
            throw new CommandException($"report: ledger {LedgerOf(run)} lacks the record {signed.Report.Ledger} that the report was made from. It was put back from an older copy, or is another ledger.");
        }

        if (Fingerprint(parsed, mayMakeSecret: false) is { Length: > 0 } data && data != signed.Report.Data)
        {
            throw new CommandException("report: the data is not that of the report, or the secret is another one.");
        }

        string whose = trusted is null ? $"It is signed with {signed.KeyFingerprint}: compare that with what its signer says by other means, or give --key." : "It is signed with the key given.";
        Print(parsed, signed.Report, signed.KeyFingerprint, file, $"{file} is as it was signed. {whose}");
    }

    private void Print(ParseResult parsed, PrivacyReport report, string key, string path, string sentence)
    {
        if (parsed.GetValue(_json))
        {
            _screen.Output.WriteLine(Json(report, key, path));
            return;
        }

        string epsilon = double.IsFinite(report.Epsilon.Upper) ? $"ε ≤ {(Math.Ceiling(report.Epsilon.Upper * 1e4) / 1e4).ToString("0.####", CultureInfo.InvariantCulture)}" : "no privacy (ε = ∞)";
        _screen.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{epsilon} at δ = {report.Delta:g} after {report.Releases} releases; unit: {report.Unit}, relation: {report.Neighbours}."));
        _screen.Output.WriteLine(sentence);
    }

    private static string Json(PrivacyReport report, string key, string path)
    {
        return JsonLine.Of(writer =>
        {
            writer.WriteString("file", path);
            writer.WriteString("key", key);
            writer.WriteString("unit", report.Unit);
            writer.WriteString("neighbours", report.Neighbours.ToString());
            SummaryJson.Write(writer, "epsilonLower", report.Epsilon.Lower);
            SummaryJson.Write(writer, "epsilonUpper", report.Epsilon.Upper);
            writer.WriteNumber("delta", report.Delta);
            writer.WriteNumber("releases", report.Releases);
            writer.WriteString("ledger", report.Ledger.ToString());
            writer.WriteString("plan", report.Plan);
            writer.WriteString("data", report.Data);
            writer.WriteString("code", report.Code);
        });
    }

    private ReportKey SigningKey(ParseResult parsed)
    {
        (string? key, string? newKey) = (parsed.GetValue(_key), parsed.GetValue(_newKey));
        if ((key is null) == (newKey is null))
        {
            throw new CommandException("report: give the key that signs with --key, or make one with --new-key.", ExitCode.Usage);
        }

        if (key is not null)
        {
            return ReportKey.Load(key);
        }

        ReportKey made = ReportKey.Create();
        made.Save(newKey!);
        _screen.Error.WriteLine($"fastdpmeta: made the key {newKey}; keep it secret, and give {newKey}.pub to whoever checks reports.");
        return made;
    }

    private string Fingerprint(ParseResult parsed, bool mayMakeSecret)
    {
        if (parsed.GetValue(_data) is not { Length: > 0 } data)
        {
            return "";
        }

        string file = parsed.GetValue(_secret)!;
        if (!File.Exists(file) && mayMakeSecret)
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using FileStream stream = new(file, options);
            stream.Write(DataFingerprint.NewSecret());
        }

        return DataFingerprint.OfFiles(data, ReadAll(file));
    }

    private static string LedgerOf(string run) => Directory.Exists(run) ? Path.Combine(run, RunFolder.LedgerName) : run;

    private static byte[] ReadAll(string file) => File.Exists(file) ? File.ReadAllBytes(file) : throw new CommandException($"report: there is no file {file}. Give one that exists.");

    private static void WriteWhole(string path, byte[] bytes)
    {
        File.WriteAllBytes(path + ".new", bytes);
        File.Move(path + ".new", path, overwrite: true);
    }
}
