using System.Globalization;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;

namespace FastDPMeta.Cli.Reports;

/// <summary>Says in words what a run's ε protects, and what it does not.</summary>
internal static class Guarantee
{
    internal static string Sentence(TrainingOptions options, TrainingResult result)
    {
        if (options.Epsilon is null)
        {
            return "None: this run was not private.";
        }

        string epsilon = ProgressText.Epsilon(result.Epsilon ?? double.PositiveInfinity);
        string unit = options.Unit == ProtectedUnit.Task ? "task" : "example";
        string what = string.Create(
            CultureInfo.InvariantCulture, $"{epsilon} at δ = {options.Delta:g} for {(options.Sampling == SamplingRule.Poisson ? "adding or removing" : "leaving out")} one {unit} of {options.Population}");
        return options.Task switch
        {
            TaskFamily.Omniglot => $"{what}. A {unit} here is {(options.Unit == ProtectedUnit.Task ? "an episode, all its images together" : "an image in an episode")}; an episode mixes several people's drawings and one drawing is in many episodes: this is not a guarantee for a person.",
            TaskFamily.Mnist => $"{what}. A writer gave many digits: this is not a guarantee for a person.",
            _ => $"{what}.",
        };
    }
}
