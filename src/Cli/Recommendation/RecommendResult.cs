namespace FastDPMeta.Cli.Recommendation;

/// <summary>What a recommendation run found.</summary>
/// <param name="Device">The device's own words.</param>
/// <param name="People">Training people.</param>
/// <param name="Asked">People measured on.</param>
/// <param name="Draws">Draws of supports.</param>
/// <param name="Advice">The planner's; null without privacy.</param>
/// <param name="Seconds">Time of training alone.</param>
/// <param name="Rows">The bias model first, the run itself second, then what it is compared with.</param>
internal sealed record RecommendResult(
    string Device, int People, int Asked, int Draws, RecommendAdvice? Advice, double Seconds, IReadOnlyList<RecommendRow> Rows)
{
    /// <summary>Numbers of known ratings of the columns.</summary>
    internal static IReadOnlyList<int> Known { get; } = [0, 1, 5, 10];

    /// <summary>What others are paired with.</summary>
    internal RecommendRow Baseline => Rows[0];

    /// <summary>The run.</summary>
    internal RecommendRow Run => Rows[1];
}
