namespace FastDPMeta.Engine.Meta;

/// <summary>Options of learners that read a whole support set at once: an encoder of its pairs, of two hidden layers with relu.</summary>
public record SetEncoderOptions : LearnerOptions
{
    /// <summary>Units of each hidden layer of the encoder, at least 1.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Numbers that a pair, and a whole support set, is coded by, at least 1.</summary>
    public int Representation { get; init; } = 32;

    /// <inheritdoc/>
    protected override void Collect(ICollection<string> problems)
    {
        base.Collect(problems);
        RequireAtLeast(problems, nameof(Width), Width, 1);
        RequireAtLeast(problems, nameof(Representation), Representation, 1);
    }
}
