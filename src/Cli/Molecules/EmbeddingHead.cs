namespace FastDPMeta.Cli.Molecules;

/// <summary>Which of the network's numbers compounds are compared by.</summary>
internal enum EmbeddingHead
{
    /// <summary>Those of the hidden layer.</summary>
    Hidden,

    /// <summary>What the network predicts of every training assay: a biological profile.</summary>
    Profile,
}
