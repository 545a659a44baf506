namespace FastDPMeta.Privacy.Training;

/// <summary>What a <see cref="ModelCheck"/> found, problems first.</summary>
/// <param name="Findings">One for each thing that was looked at and is worth a sentence.</param>
public sealed record ModelReport(IReadOnlyList<ModelFinding> Findings)
{
    /// <summary>Whether training would fail or learn nothing.</summary>
    public bool HasProblems => Findings.Any(finding => finding.IsProblem);

    /// <summary>A line for each finding.</summary>
    public override string ToString() =>
        string.Join(Environment.NewLine, Findings.OrderBy(finding => !finding.IsProblem).Select(finding => (finding.IsProblem ? "Problem: " : "") + finding.Text));
}
