namespace FastDPMeta.Engine.Tasks;

/// <summary>Which of two unrelated families of tasks a source draws from: equal numbers in different splits are different tasks.</summary>
public enum TaskSplit
{
    /// <summary>The population that is learned from and, in private training, protected.</summary>
    Training,

    /// <summary>Fresh tasks, to measure with.</summary>
    Evaluation,
}
