using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Privacy.Tests.Frontiers;

/// <summary>Designs and trainings to try a frontier with.</summary>
internal static class FrontierCases
{
    public const double Delta = 1e-5;

    public static FrontierDesign Design(params double[] epsilons) => new("digits", epsilons, [1, 2], Delta, "{\"rate\":0.5}");

    /// <summary>A training with a value of its own, which released one Gaussian sum.</summary>
    public static FrontierRun Run(FrontierCell cell, double noise = 2) => new()
    {
        Cell = cell,
        Metric = "accuracy",
        Value = cell.IsPrivate ? 0.5 + (cell.Epsilon / 100) + (cell.Key / 1000.0) : 0.99,
        EpsilonSpent = cell.IsPrivate ? cell.Epsilon * 0.999 : double.PositiveInfinity,
        Seconds = 1.5,
        Baselines = [new FrontierBaseline("untrained", 0.1 * cell.Key)],
        Released = cell.IsPrivate ? new SelfComposedEvent(new GaussianEvent(noise), 1) : null,
    };
}
