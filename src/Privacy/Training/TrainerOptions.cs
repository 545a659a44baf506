namespace FastDPMeta.Privacy.Training;

/// <summary>Settings that change speed, memory and reproducibility of weights; none of them changes a guarantee of privacy.</summary>
public sealed record TrainerOptions
{
    /// <summary>Units computed at once per lane; 0 lets the trainer choose.</summary>
    public int Chunk { get; init; }

    /// <summary>
    /// Tasks of one person that are computed, where the unit is the user: the person's contribution is the mean over them, clipped as a whole, so the guarantee is the same for every number. At least 1; has no
    /// part where the unit is the task or the example.
    /// </summary>
    public int TasksPerUser { get; init; } = 1;

    /// <summary>
    /// Most bytes that one unit's computation should take on a lane; null takes half of the memory that the process may use, shared by the lanes. A learner whose inner steps, kept whole, need more computes them
    /// again instead (<see cref="FastDPMeta.Engine.Meta.Learner.Recomputed"/>): the same gradient in less memory and more time.
    /// </summary>
    public long? MostLaneBytes { get; init; }

    /// <summary>Seed of the initial weights, which are no secret.</summary>
    public ulong Seed { get; init; } = 1;
}
