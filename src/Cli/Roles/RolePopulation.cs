using System.Globalization;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Cli.Roles;

/// <summary>What so few people can support: the length of the noise beside the most that the signal can be.</summary>
internal static class RolePopulation
{
    /// <summary>One sentence.</summary>
    /// <param name="plan">A plan with privacy.</param>
    /// <param name="parameters">Learned numbers.</param>
    /// <remarks>
    /// A round's mean of clipped gradients is at most one clip norm long; its noise is σ/lot in each of P numbers, so about σ·√P/lot clip norms long. At a fixed sampling rate σ doesn't change with the
    /// population, and the lot grows with it.
    /// </remarks>
    internal static string Sentence(PrivacyPlan plan, int parameters)
    {
        double length = Length(plan, parameters);
        double enough = Accountant.Epsilon(plan.SamplingRate, plan.ExpectedLot / Math.Sqrt(parameters), plan.Rounds, plan.Budget.Delta);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Population} roles at ε = {plan.Budget.Epsilon:0.###}: over {parameters} learned numbers the noise of a round is {length:0.#} times as long as its signal can be at most. "
            + $"For as little noise as signal the same rounds take about {Math.Ceiling(plan.Population * length):0} roles, or ε = {enough:0} with these.");
    }

    /// <summary>Noise over the longest signal.</summary>
    internal static double Length(PrivacyPlan plan, int parameters) => plan.NoiseMultiplier * Math.Sqrt(parameters) / plan.ExpectedLot;
}
