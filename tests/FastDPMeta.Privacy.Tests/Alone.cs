namespace FastDPMeta.Privacy.Tests;

/// <summary>Tests that run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>What such a test class names.</summary>
    public const string Name = "alone";
}
