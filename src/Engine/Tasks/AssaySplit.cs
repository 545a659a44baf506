namespace FastDPMeta.Engine.Tasks;

/// <summary>What an assay is for.</summary>
public enum AssaySplit
{
    /// <summary>Learned from.</summary>
    Train,

    /// <summary>Kept out of training, to choose hyperparameters by.</summary>
    Validation,

    /// <summary>Kept out of training and of every choice, to measure on.</summary>
    Test,
}
