namespace FastDPMeta.Engine.Tasks;

/// <summary>One assay: a question that was asked of many compounds, with a yes or a no for each.</summary>
/// <param name="Name">As its source names it.</param>
/// <param name="Split">What it is for.</param>
public sealed record Assay(string Name, AssaySplit Split);
