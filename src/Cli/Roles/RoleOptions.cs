using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Roles;

/// <summary>Everything a run on roles is asked for, complete.</summary>
internal sealed record RoleOptions
{
    internal const string Task = "shakespeare";

    /// <summary>These options as a file.</summary>
    internal static TaskRecipe<RoleOptions> Recipe { get; } = new(Task);

    /// <summary>How it is learned.</summary>
    public RoleLearner Learner { get; init; } = RoleLearner.Fomaml;

    /// <summary>Numbers that a character is read as.</summary>
    public int Embedding { get; init; } = 8;

    /// <summary>Numbers in the state of each LSTM.</summary>
    public int Hidden { get; init; } = 96;

    /// <summary>LSTMs one behind the other.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Characters of a line.</summary>
    public int Window { get; init; } = 40;

    /// <summary>Lines to adapt on.</summary>
    public int Support { get; init; } = 10;

    /// <summary>Lines to be judged on.</summary>
    public int Query { get; init; } = 14;

    /// <summary>Gradient steps on the support lines while training.</summary>
    public int InnerSteps { get; init; } = 1;

    /// <summary>Learning rate of those steps, and of those that a held-out role gets.</summary>
    public double InnerRate { get; init; } = 0.5;

    /// <summary>Gradient steps that a held-out role gets.</summary>
    public int AdaptSteps { get; init; } = 5;

    /// <summary>Roles a round takes on average.</summary>
    public int Lot { get; init; } = 8;

    public int Rounds { get; init; } = 1500;

    /// <summary>Learning rate of Adam in the first round; falls to a tenth.</summary>
    public double Rate { get; init; } = 5e-3;

    /// <summary>The budget; null trains without privacy.</summary>
    public double? Epsilon { get; init; } = 8;

    public double Delta { get; init; } = 1e-3;

    /// <summary>Longest gradient of one role.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Decides initial weights and stretches of text, never the noise of a private run.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Draws of each held-out role that the result is measured on.</summary>
    public int Draws { get; init; } = 22;

    /// <summary>Whether the same network is also trained on all roles jointly without privacy, to print beside it.</summary>
    public bool Twin { get; init; } = true;
}
