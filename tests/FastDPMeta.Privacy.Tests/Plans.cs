namespace FastDPMeta.Privacy.Tests;

/// <summary>The plan of the main example, whole or to be changed.</summary>
internal static class Plans
{
    public static PrivacyPlanBuilder Builder() => new PrivacyPlanBuilder()
        .Protect(PrivacyUnit.Task)
        .Within(new PrivacyBudget(epsilon: 3, delta: 1e-6))
        .Poisson(population: 50_000, expectedLot: 256, rounds: 2000)
        .ClipTo(1);

    public static PrivacyPlan Small() => Builder().Build();

    /// <summary>A budget of a few rounds only.</summary>
    public static PrivacyPlan FewRounds(int rounds = 5) => Builder().Poisson(1000, 50, rounds).Build();
}
