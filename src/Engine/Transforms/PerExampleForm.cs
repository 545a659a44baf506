namespace FastDPMeta.Engine.Transforms;

/// <summary>Which form per-unit gradients take.</summary>
internal enum PerExampleForm
{
    /// <summary>The one that <see cref="ContractionCost"/> finds cheaper.</summary>
    Cheapest,

    /// <summary>Factors of a contraction wherever there is one: for tests and comparisons.</summary>
    Contracted,

    /// <summary>Formed in memory, always: for tests and comparisons.</summary>
    Formed,
}
