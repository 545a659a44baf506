namespace FastDPMeta.Engine.Tasks;

/// <summary>What a person's data is for. People, not rows, are split: whoever is measured on was never learned from.</summary>
public enum UserSplit
{
    /// <summary>To learn from; in private training, those who are protected.</summary>
    Train,

    /// <summary>To choose settings by.</summary>
    Validation,

    /// <summary>To report on.</summary>
    Test,
}
