using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy;

/// <summary>A release was refused because it would exceed the budget. Nothing was charged and nothing may be released.</summary>
public sealed class PrivacyBudgetException : Exception
{
    /// <summary>An error with what was asked and what is left.</summary>
    /// <param name="message">What was refused and what to do.</param>
    /// <param name="spent">What had been spent before.</param>
    /// <param name="refusedEpsilon">The ε that the refused release would have led to.</param>
    public PrivacyBudgetException(string message, PrivacySpent spent, double refusedEpsilon)
        : base(message)
    {
        Spent = spent;
        RefusedEpsilon = refusedEpsilon;
    }

    /// <summary>What had been spent before.</summary>
    public PrivacySpent Spent { get; }

    /// <summary>The ε that the refused release would have led to.</summary>
    public double RefusedEpsilon { get; }
}
