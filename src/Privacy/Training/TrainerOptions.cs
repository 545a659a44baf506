namespace FastDPMeta.Privacy.Training;

/// <summary>Settings that change speed, memory and reproducibility of weights; none of them changes a guarantee of privacy.</summary>
public sealed record TrainerOptions
{
    /// <summary>Units computed at once per lane; 0 lets the trainer choose.</summary>
    public int Chunk { get; init; }

    /// <summary>Seed of the initial weights, which are no secret.</summary>
    public ulong Seed { get; init; } = 1;
}
