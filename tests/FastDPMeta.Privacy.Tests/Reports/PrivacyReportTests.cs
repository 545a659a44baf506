using System.Text;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Reports;
using FastDPMeta.Privacy.Tests.Ledger;

namespace FastDPMeta.Privacy.Tests.Reports;

public sealed class PrivacyReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PrivacyPlan _plan = Plans.FewRounds();
    private readonly ReportKey _key = ReportKey.Create();

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_report_says_what_the_ledger_proves()
    {
        (PrivacyReport report, PrivacySpent spent, LedgerHead head) = Made();
        Assert.Equal(spent.Epsilon, report.Epsilon.Upper, 1e-12);
        Assert.Equal(4, report.Releases);
        Assert.Equal((1e-6, 3.0), (report.Delta, report.BudgetEpsilon));
        Assert.Equal((nameof(PrivacyUnit.Task), NeighbouringRelation.AddOrRemoveOne), (report.Unit, report.Neighbours));
        Assert.Equal(head, report.Ledger);
        Assert.Equal(_plan.Hash, report.Plan);
        Assert.Equal([3L, 1L], report.Events.Select(charged => charged.Times));
        Assert.Contains("50 of 1000", report.Sampling, StringComparison.Ordinal);
        Assert.Contains("noise multiplier", report.Mechanism, StringComparison.Ordinal);
        Assert.Contains("FastDPMeta", report.Code, StringComparison.Ordinal);
        string page = Encoding.UTF8.GetString(SignedReport.Sign(report, _key));
        foreach (string part in new[] { "| unit | task", "add or remove one unit", "at most " + report.Epsilon.Upper.ToString("R", System.Globalization.CultureInfo.InvariantCulture), head.Hash, "at least " })
        {
            Assert.Contains(part, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_lower_end_is_the_certified_one_of_everything_charged()
    {
        (PrivacyReport report, _, _) = Made();
        double certified = Accountant.Certify(new ComposedEvent(new SelfComposedEvent(_plan.RoundEvent, 3), new GaussianEvent(80)), 1e-6).Lower;
        Assert.Equal(certified, report.Epsilon.Lower!.Value, 1e-12);
        Assert.InRange(certified, 0.5 * report.Epsilon.Upper, report.Epsilon.Upper);
        Assert.Contains($"at least {certified.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}", Encoding.UTF8.GetString(SignedReport.Sign(report, _key)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_lower_end_is_claimed_where_only_an_upper_bound_of_the_mechanism_is_known()
    {
        PrivacyPlan cut = Plans.Builder().TruncatedPoisson(1000, 50, 70, 5).Build();
        using (PrivacyLedger ledger = PrivacyLedger.Create(_folder.File("cut"), cut))
        {
            ledger.Charge(0);
        }

        PrivacyReport report = PrivacyReport.Of(_folder.File("cut"));
        Assert.Null(report.Epsilon.Lower);
        Assert.True(report.Epsilon.Upper > 0);
        Assert.Contains("no lower bound", Encoding.UTF8.GetString(SignedReport.Sign(report, _key)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signed_report_reads_back_as_it_was_made()
    {
        PrivacyReport report = Made().Report with { Epsilon = new ReportedEpsilon(0.125, 2.5), Data = new string('a', 64) };
        SignedReport read = SignedReport.Verify(SignedReport.Sign(report, _key), _key);
        Assert.Equal(_key.Fingerprint, read.KeyFingerprint);
        Assert.Equal(report.Events, read.Report.Events);
        Assert.Equal(report with { Events = [] }, read.Report with { Events = [] });
    }

    [Fact]
    public void Changing_any_byte_is_found()
    {
        byte[] file = SignedReport.Sign(Made().Report, _key);
        for (int at = 0; at < file.Length; at++)
        {
            byte[] changed = [.. file];
            changed[at] ^= 1;
            PrivacyReportException error = Assert.Throws<PrivacyReportException>(() => SignedReport.Verify(changed, _key));
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Adding_cutting_and_swapping_bytes_is_found()
    {
        byte[] file = SignedReport.Sign(Made().Report, _key);
        byte[][] wrong =
        [
            [], [.. file, (byte)'\n'], [.. file, 0], [(byte)' ', .. file], file[..^1], file[1..], [.. file, .. file], [0xEF, 0xBB, 0xBF, .. file],
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file).Replace("\n", "\r\n", StringComparison.Ordinal)),
        ];
        Assert.All(wrong, bytes => Assert.Throws<PrivacyReportException>(() => SignedReport.Verify(bytes)));
        SignedReport.Verify(file);
    }

    [Fact]
    public void A_report_signed_anew_by_another_key_is_not_taken_for_the_signers()
    {
        PrivacyReport better = Made().Report with { Epsilon = new ReportedEpsilon(null, 0.01) };
        using ReportKey forger = ReportKey.Create();
        byte[] forged = SignedReport.Sign(better, forger);
        Assert.Equal(forger.Fingerprint, SignedReport.Verify(forged).KeyFingerprint);
        Assert.Contains(forger.Fingerprint, Assert.Throws<PrivacyReportException>(() => SignedReport.Verify(forged, _key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_says_something_else_than_its_part_for_machines_is_found_even_when_it_is_signed()
    {
        string page = ReportText.Write(Made().Report);
        Assert.Throws<PrivacyReportException>(() => ReportText.Read(page.Replace("at most ", "at most 0", StringComparison.Ordinal)));
        Assert.Throws<PrivacyReportException>(() => ReportText.Read(page.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal)));
    }

    [Fact]
    public void Keys_are_kept_in_files_of_which_the_private_one_is_its_owners_alone()
    {
        _key.Save(_folder.File("key.pem"));
        using ReportKey secret = ReportKey.Load(_folder.File("key.pem"));
        using ReportKey shown = ReportKey.Load(_folder.File("key.pem.pub"));
        Assert.Equal((true, false), (secret.CanSign, shown.CanSign));
        PrivacyReport report = Made().Report;
        SignedReport.Verify(SignedReport.Sign(report, secret), shown);
        Assert.Throws<PrivacyReportException>(() => SignedReport.Sign(report, shown));
        Assert.Throws<PrivacyReportException>(() => _key.Save(_folder.File("key.pem")));
        Assert.Throws<PrivacyReportException>(() => ReportKey.Load(_folder.File("absent.pem")));
        File.WriteAllText(_folder.File("text.pem"), "hello");
        Assert.Throws<PrivacyReportException>(() => ReportKey.Load(_folder.File("text.pem")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("key.pem")));
        }
    }

    [Fact]
    public void A_ledger_put_back_after_the_report_is_told()
    {
        PrivacyLedger.Create(_folder.File("l"), _plan).Dispose();
        byte[] old = File.ReadAllBytes(_folder.File("l"));
        using (PrivacyLedger ledger = PrivacyLedger.Open(_folder.File("l"), _plan))
        {
            ledger.Charge(0);
        }

        PrivacyReport report = PrivacyReport.Of(_folder.File("l"));
        Assert.True(report.IsContainedIn(_folder.File("l")));
        using (PrivacyLedger ledger = PrivacyLedger.Open(_folder.File("l"), _plan))
        {
            ledger.Charge(1);
            Assert.Throws<LedgerException>(() => PrivacyReport.Of(_folder.File("l"))); // in use
        }

        Assert.True(report.IsContainedIn(_folder.File("l")));
        File.WriteAllBytes(_folder.File("l"), old);
        Assert.False(report.IsContainedIn(_folder.File("l")));
        File.AppendAllText(_folder.File("l"), "{torn");
        Assert.Contains("tore", Assert.Throws<LedgerException>(() => PrivacyReport.Of(_folder.File("l"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_ledger_is_reported_with_who_drew_on_it()
    {
        using SharedLedger shared = SharedLedger.Create(
            _folder.File("s"), new SharedBudget(PrivacyUnit.Example, NeighbouringRelation.ReplaceOne, new PrivacyBudget(2, 1e-5)), _folder.File("w"));
        shared.Charge("ada | lovelace", new GaussianEvent(30) { Neighbours = NeighbouringRelation.ReplaceOne });
        shared.Charge("ben", new GaussianEvent(30) { Neighbours = NeighbouringRelation.ReplaceOne });
        Assert.Throws<LedgerException>(() => PrivacyReport.Of(_folder.File("s")));
        PrivacyReport report = PrivacyReport.Of(_folder.File("s"), _folder.File("w"));
        Assert.Equal(shared.Spent.Epsilon, report.Epsilon.Upper, 1e-12);
        Assert.Equal(["ada | lovelace", "ben"], report.Events.Select(charged => charged.Analyst));
        Assert.Equal("", report.Plan);
        SignedReport.Verify(SignedReport.Sign(report, _key), _key);
    }

    [Fact]
    public void A_plan_without_privacy_is_reported_as_none()
    {
        PrivacyPlan open = PrivacyPlan.None(PrivacyUnit.Example, 100, 10, 5);
        using (PrivacyLedger ledger = PrivacyLedger.Create(_folder.File("open"), open))
        {
            ledger.Charge(0);
        }

        PrivacyReport report = PrivacyReport.Of(_folder.File("open"));
        Assert.Equal(double.PositiveInfinity, report.Epsilon.Upper);
        string page = Encoding.UTF8.GetString(SignedReport.Sign(report, _key));
        Assert.Contains("no protection", page, StringComparison.Ordinal);
        Assert.Equal(double.PositiveInfinity, SignedReport.Verify(Encoding.UTF8.GetBytes(page)).Report.Epsilon.Upper);
    }

    [Fact]
    public void A_fingerprint_changes_with_data_names_and_secret_and_with_nothing_else()
    {
        byte[] secret = DataFingerprint.NewSecret();
        Directory.CreateDirectory(_folder.File("data/inner"));
        File.WriteAllText(_folder.File("data/a"), "1");
        File.WriteAllText(_folder.File("data/inner/b"), "23");
        string Of(byte[] key) => DataFingerprint.OfFiles([_folder.File("data")], key);
        string first = Of(secret);
        Assert.Equal(64, first.Length);
        Assert.Equal(first, Of(secret));
        Assert.NotEqual(first, Of(DataFingerprint.NewSecret()));
        File.WriteAllText(_folder.File("data/a"), "12");
        File.WriteAllText(_folder.File("data/inner/b"), "3"); // the same bytes in all, cut elsewhere
        Assert.NotEqual(first, Of(secret));
        File.WriteAllText(_folder.File("data/a"), "1");
        File.WriteAllText(_folder.File("data/inner/b"), "23");
        File.Move(_folder.File("data/a"), _folder.File("data/c"));
        Assert.NotEqual(first, Of(secret));
        Assert.Throws<PrivacyReportException>(() => DataFingerprint.OfFiles([_folder.File("absent")], secret));
        Assert.Throws<ArgumentException>(() => DataFingerprint.OfFiles([_folder.File("data")], [1, 2, 3]));
    }

    private (PrivacyReport Report, PrivacySpent Spent, LedgerHead Head) Made()
    {
        string path = _folder.File(Guid.NewGuid().ToString("n"));
        using (PrivacyLedger ledger = PrivacyLedger.Create(path, _plan))
        {
            for (int round = 0; round < 3; round++)
            {
                ledger.Charge(round);
            }

            ledger.Charge(new GaussianEvent(80), 3);
            (PrivacySpent spent, LedgerHead head) = (ledger.Spent, ledger.Head);
            ledger.Dispose();
            return (PrivacyReport.Of(path), spent, head);
        }
    }
}
