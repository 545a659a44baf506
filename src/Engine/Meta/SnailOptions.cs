namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="Snail"/>; there are no inner steps.</summary>
public sealed record SnailOptions : SetEncoderOptions
{
    /// <summary>Filters of each causal convolution, at least 1.</summary>
    public int Filters { get; init; } = 16;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequireAtLeast(problems, nameof(Filters), Filters, 1);
    }
}
