using System.Text.Json;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Cli.Tests.Commands;

public sealed class ReportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PrivacyPlan _plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(3, 1e-6)).Poisson(1000, 50, 5).ClipTo(1).Build();

    public ReportCommandTests()
    {
        Directory.CreateDirectory(_folder["run"]);
        Charge(0);
    }

    private string Ledger => Path.Combine(_folder["run"], "privacy.ledger");

    private string Report => Path.Combine(_folder["run"], "privacy-report.md");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_report_is_written_signed_and_verified()
    {
        CommandRun made = await CommandRun.Of("report", _folder["run"], "--new-key", _folder["me.pem"], "--json");
        Assert.Equal(0, made.Code);
        using JsonDocument json = JsonDocument.Parse(made.LastLine);
        Assert.Equal("Task", json.RootElement.GetProperty("unit").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("releases").GetInt32());
        double upper = json.RootElement.GetProperty("epsilonUpper").GetDouble();
        Assert.InRange(upper, 0.1, 3);
        Assert.InRange(json.RootElement.GetProperty("epsilonLower").GetDouble(), 0.01, upper);
        Assert.StartsWith("# Privacy report", await File.ReadAllTextAsync(Report), StringComparison.Ordinal);

        CommandRun verified = await CommandRun.Of("report", "--verify", Report, "--key", _folder["me.pem.pub"]);
        Assert.Equal((0, ""), (verified.Code, verified.Error));
        Assert.Contains("is as it was signed. It is signed with the key given.", verified.Output, StringComparison.Ordinal);
        CommandRun unknown = await CommandRun.Of("report", "--verify", Report);
        Assert.Contains("compare that", unknown.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.Of("report", _folder["run"], "--key", _folder["me.pem"], "--out", _folder["again.md"])).Code);
    }

    [Fact]
    public async Task A_changed_report_and_a_ledger_put_back_are_refused()
    {
        byte[] old = await File.ReadAllBytesAsync(Ledger);
        Charge(1);
        await CommandRun.Of("report", _folder["run"], "--new-key", _folder["me.pem"]);
        Charge(2);
        Assert.Equal(0, (await CommandRun.Of("report", _folder["run"], "--verify", Report)).Code);
        await File.WriteAllBytesAsync(Ledger, old);
        (await CommandRun.Of("report", _folder["run"], "--verify", Report)).AssertRefused("put back from an older copy");
        await File.WriteAllTextAsync(Report, (await File.ReadAllTextAsync(Report)).Replace("1E-06", "1E-09", StringComparison.Ordinal));
        (await CommandRun.Of("report", "--verify", Report)).AssertRefused("signature");
    }

    [Fact]
    public async Task Data_is_told_by_its_fingerprint_and_the_secret_is_its_owners()
    {
        await File.WriteAllTextAsync(_folder["data.csv"], "1,2,3");
        string[] data = ["--data", _folder["data.csv"], "--secret", _folder["secret"]];
        Assert.Equal(0, (await CommandRun.Of(["report", _folder["run"], "--new-key", _folder["me.pem"], .. data])).Code);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["secret"]));
        }

        Assert.Equal(0, (await CommandRun.Of(["report", "--verify", Report, .. data])).Code);
        await File.WriteAllTextAsync(_folder["data.csv"], "1,2,4");
        (await CommandRun.Of(["report", "--verify", Report, .. data])).AssertRefused("not that of the report");
    }

    [Fact]
    public async Task What_is_missing_is_one_line()
    {
        (await CommandRun.Of("report")).AssertRefused("name the folder");
        (await CommandRun.Of("report", _folder["run"])).AssertRefused("--key", "--new-key");
        (await CommandRun.Of("report", _folder["absent"], "--new-key", _folder["k"])).AssertRefused("can't be read");
        (await CommandRun.Of("report", _folder["run"], "--key", _folder["absent.pem"])).AssertRefused("no key");
        (await CommandRun.Of("report", "--verify", _folder["absent.md"])).AssertRefused("no file");
        (await CommandRun.Of("report", _folder["run"], "--new-key", _folder["k"], "--data", _folder["run"])).AssertRefused("--secret");
    }

    private void Charge(int round)
    {
        using PrivacyLedger ledger = File.Exists(Ledger) ? PrivacyLedger.Open(Ledger, _plan) : PrivacyLedger.Create(Ledger, _plan);
        ledger.Charge(round);
    }
}
