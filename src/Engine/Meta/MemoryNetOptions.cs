namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="MemoryNet"/>; there are no inner steps.</summary>
public sealed record MemoryNetOptions : SetEncoderOptions
{
    /// <summary>Rows of the memory, at least 1; as many as support examples let it keep them all.</summary>
    public int Slots { get; init; } = 16;

    /// <summary>How much of a row's usage is left after a step, above 0 and at most 1.</summary>
    public double UsageDecay { get; init; } = 0.95;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequireAtLeast(problems, nameof(Slots), Slots, 1);
        RequirePositive(problems, nameof(UsageDecay), UsageDecay);
        if (UsageDecay > 1)
        {
            problems.Add(FormattableString.Invariant($"{nameof(UsageDecay)} must be at most 1; got {UsageDecay}"));
        }
    }
}
