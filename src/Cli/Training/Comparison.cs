namespace FastDPMeta.Cli.Training;

/// <summary>One row of the table of results: a learner measured on the same fresh tasks.</summary>
/// <param name="Name">As <c>untrained</c> or <c>maml, ε = 3</c>.</param>
/// <param name="Before">The metric before adaptation; null where there is nothing to adapt.</param>
/// <param name="After">The metric after adaptation.</param>
/// <param name="Ci95">Half width of the 95 % interval of <paramref name="After"/>.</param>
internal sealed record Comparison(string Name, double? Before, double After, double Ci95);
