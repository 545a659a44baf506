namespace FastDPMeta.Privacy.Training;

/// <summary>Why a training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All planned rounds were done.</summary>
    RoundsDone,

    /// <summary>The next round would have exceeded the budget.</summary>
    BudgetSpent,

    /// <summary>The caller cancelled; the model is that of the last whole round.</summary>
    Cancelled,
}

/// <summary>How a training ended.</summary>
/// <param name="Rounds">Rounds done in all, those before a resume included.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Epsilon">ε spent at the plan's δ; positive infinity without privacy.</param>
/// <param name="NotFinite">Units that contributed zero because their loss or gradient was not finite; computed from private data, not covered by ε.</param>
public sealed record TrainResult(int Rounds, TrainingEnd End, double Epsilon, long NotFinite);
