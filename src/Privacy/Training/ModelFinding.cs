namespace FastDPMeta.Privacy.Training;

/// <summary>One thing a <see cref="ModelCheck"/> found.</summary>
/// <param name="IsProblem">Whether training would fail or learn nothing; otherwise it is for information.</param>
/// <param name="Text">What, where, and what to do.</param>
public sealed record ModelFinding(bool IsProblem, string Text);
