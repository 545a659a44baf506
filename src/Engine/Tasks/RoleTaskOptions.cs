namespace FastDPMeta.Engine.Tasks;

/// <summary>Shape of a task of one role.</summary>
public sealed record RoleTaskOptions
{
    /// <summary>Characters of a line, which are read and predicted at once, at least 1. Default 40.</summary>
    public int Window { get; init; } = 40;

    /// <summary>Lines to adapt on, at least 1. Default 10.</summary>
    public int Support { get; init; } = 10;

    /// <summary>Lines behind them, to be judged on, at least 1. Default 14.</summary>
    public int Query { get; init; } = 14;

    /// <summary>Equal seeds give equal tasks. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Characters of a role that a task needs.</summary>
    public int Characters => (Window * (Support + Query)) + 1;
}
