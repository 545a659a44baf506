using System.Diagnostics;
using System.Globalization;
using System.Text;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// What an audit of a training found. An audit can show that a promise is broken; it can't show that it is kept: a lower bound far below the promise is what a sound training gives.
/// </summary>
/// <param name="Releases">Single releases: noise and clip.</param>
/// <param name="Training">The whole training: sampling, data, sums, ledger.</param>
public sealed record AuditReport(ReleaseAudit Releases, TrainingAudit Training)
{
    /// <summary>Whether nothing found contradicts the promise.</summary>
    public bool Passed => Releases.Passed && Training.Passed;

    /// <summary>A few lines for people.</summary>
    public string Describe()
    {
        StringBuilder text = new();
        text.AppendLine(Passed ? "Nothing found contradicts the promise." : "THE PROMISE IS BROKEN.");
        text.AppendLine(Line($"Single releases ({Releases.Repeats}, confidence {Releases.Confidence}): promised ε = {Releases.EpsilonPromised} at δ = {Releases.Delta:g4}, at least {Releases.EpsilonLowerBound:0.###} shown."));
        foreach (ReleaseFinding finding in Releases.Findings.Where(finding => finding.EpsilonLowerBound > Releases.EpsilonPromised))
        {
            text.AppendLine(Line($"  {finding.Parameter}: ε ≥ {finding.EpsilonLowerBound:0.###}, more than is promised: its clip or its noise is not what the plan says."));
        }

        OneRunResult bound = Training.OneRun;
        text.AppendLine(Line($"Whole training ({Training.Rounds} rounds): ε ≤ {Training.EpsilonSpent:0.####} by the ledger, ε ≥ {bound.EpsilonLowerBound:0.####} shown at δ = {bound.Delta:g}, confidence {bound.Confidence} ({bound.Correct} of {bound.Guesses} guesses right, {bound.Canaries} canaries)."));
        text.AppendLine(Line($"Membership over {Training.Trainings} trainings: area under the curve {Training.Membership.AreaUnderCurve:0.###}, advantage {Training.Membership.Advantage:0.###}."));
        foreach (MembershipRate rate in Training.Membership.Rates)
        {
            text.AppendLine(Line($"  at {rate.FalsePositiveRate:0.#%} false positives {rate.TruePositiveRate:0.##%} of the members found; at most {rate.Ceiling:0.##%} is promised."));
        }

        string lots = Training.Sampling is not { } sampling ? "Lots: not tested (only Poisson sampling below rate 1 is)."
            : sampling.Passed ? $"Lots ({sampling.Rounds} rounds): as Poisson sampling draws them."
            : $"Lots ({sampling.Rounds} rounds): NOT those of Poisson sampling: {string.Join("; ", sampling.Findings.Select(finding => Line($"{finding.What}: {finding.Observed}, expected {finding.Expected:0.#}, p = {finding.PValue:g2}")))}.";
        return text.Append(lots).ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Describe();

    internal static AuditReport Run(StepSpec spec, PrivacyPlan plan, IUnitSource units, float[] start, Device device, AuditOptions options, CancellationToken cancellationToken)
    {
        options.Check();
        if (!plan.IsPrivate)
        {
            throw new ArgumentException("Audit: the plan has no privacy, so there is no promise to audit. Audit a plan with a budget.", nameof(plan));
        }

        using RandomKey key = RandomKey.FromOperatingSystem();
        using RandomKey releases = key.Derive("releases");
        using RandomKey trainings = key.Derive("trainings");
        Stopwatch clock = Stopwatch.StartNew();
        int repeats = options.Releases > 0 ? options.Releases : ReleaseAudit.SuitableRepeats(plan.NoiseMultiplier);
        ReleaseAudit single = ReleaseAudit.Run(spec, plan, device, releases, repeats, options.Confidence, () => GoOn(options.TimeLimit / 3));
        TrainingAudit whole = TrainingAudit.Run(spec, plan, units, start, device, trainings, options, () => GoOn(options.TimeLimit));
        return new AuditReport(single, whole);

        bool GoOn(TimeSpan limit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return clock.Elapsed < limit;
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
