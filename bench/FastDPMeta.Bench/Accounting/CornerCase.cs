using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Bench.Accounting;

/// <summary>One case of the grid of extremes: a Poisson-sampled Gaussian release, repeated; and what the accountant answered.</summary>
/// <param name="Delta">δ.</param>
/// <param name="Noise">σ.</param>
/// <param name="Rate">q.</param>
/// <param name="Steps">T.</param>
internal sealed record CornerCase(double Delta, double Noise, double Rate, long Steps)
{
    /// <summary>ε; not set where the case was refused.</summary>
    public EpsilonInterval? Answer { get; set; }

    /// <summary>The reason of a refusal, or the exception that should not have come.</summary>
    public string Error { get; set; } = "";

    /// <summary>Whether <see cref="Error"/> is a refusal that names the argument.</summary>
    public bool Refused { get; set; }

    /// <summary>Seconds until the answer.</summary>
    public double Seconds { get; set; }

    /// <summary>Width relative to ε, absolute below 1.</summary>
    public double Width => Answer is { } answer && answer.Upper > answer.Lower ? (answer.Upper - answer.Lower) / Math.Max(1, answer.Lower) : 0;

    /// <summary>Neither NaN nor negative nor turned round.</summary>
    public bool IsSane => Answer is { } answer && answer.Lower >= 0 && answer.Lower <= answer.Upper;
}
