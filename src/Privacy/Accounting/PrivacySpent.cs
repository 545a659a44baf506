using System.Globalization;

namespace FastDPMeta.Privacy.Accounting;

/// <summary>What has been released so far, as an (ε, δ) guarantee and where it came from.</summary>
/// <param name="Epsilon">ε ≥ 0, rounded up: never below the true ε of the releases charged; infinite where nothing protects.</param>
/// <param name="Delta">The δ at which ε holds.</param>
/// <param name="Order">The Rényi order that gave ε; NaN where no order was needed (nothing released, or no protection).</param>
/// <param name="Releases">How many single releases were charged.</param>
/// <param name="Neighbours">Which data sets the guarantee compares.</param>
public readonly record struct PrivacySpent(double Epsilon, double Delta, double Order, long Releases, NeighbouringRelation Neighbours)
{
    /// <summary>The guarantee alone.</summary>
    public EpsilonDelta Guarantee => new(Epsilon, Delta, Neighbours);

    /// <summary>For people: <c>ε = 1.7118 at δ = 1e-05 after 1000 releases (add or remove one)</c>; ε is rounded up here too.</summary>
    public override string ToString()
    {
        string epsilon = double.IsFinite(Epsilon)
            ? (Math.Ceiling(Epsilon * 1e4) / 1e4).ToString("0.####", CultureInfo.InvariantCulture)
            : "∞ (no protection)";
        string relation = Neighbours switch
        {
            NeighbouringRelation.AddOrRemoveOne => "add or remove one",
            NeighbouringRelation.ReplaceOne => "replace one",
            _ => "replace one with nothing",
        };
        return string.Create(CultureInfo.InvariantCulture, $"ε = {epsilon} at δ = {Delta:g} after {Releases} releases ({relation})");
    }
}
