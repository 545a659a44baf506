using System.Globalization;

namespace FastDPMeta.Privacy;

/// <summary>The most that a training run may reveal. Checked where it is used: <see cref="PrivacyPlanBuilder.Build"/> names what is wrong with it.</summary>
public readonly record struct PrivacyBudget
{
    /// <summary>A budget.</summary>
    /// <param name="epsilon">ε > 0, finite: for each unit, no outcome's probability changes by more than a factor e^ε (beside δ).</param>
    /// <param name="delta">δ in (0, 1), well below 1 / population.</param>
    public PrivacyBudget(double epsilon, double delta)
    {
        Epsilon = epsilon;
        Delta = delta;
    }

    /// <summary>ε; infinite for a plan without privacy.</summary>
    public double Epsilon { get; }

    /// <summary>δ; 1 for a plan without privacy.</summary>
    public double Delta { get; }

    /// <summary>For people: <c>ε ≤ 3, δ = 1E-06</c>.</summary>
    public override string ToString() => double.IsPositiveInfinity(Epsilon)
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"ε ≤ {Epsilon}, δ = {Delta}");
}
