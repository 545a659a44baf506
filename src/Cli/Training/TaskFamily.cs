namespace FastDPMeta.Cli.Training;

/// <summary>What is learned.</summary>
internal enum TaskFamily
{
    /// <summary>Few-shot regression on sine curves, simulated.</summary>
    Sinusoid,

    /// <summary>Few-shot classification of handwritten characters.</summary>
    Omniglot,

    /// <summary>Plain classification of handwritten digits, each example protected.</summary>
    Mnist,
}
