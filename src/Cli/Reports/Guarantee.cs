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
        return string.Create(CultureInfo.InvariantCulture, $"{epsilon} at δ = {options.Delta:g} for {Change(options)}.{Limits(options)}");
    }

    /// <summary>Which data sets are compared.</summary>
    internal static string Change(TrainingOptions options)
    {
        string unit = options.Unit == ProtectedUnit.Task ? "task" : "example";
        return string.Create(CultureInfo.InvariantCulture, $"{(options.Sampling == SamplingRule.Poisson ? "adding or removing" : "leaving out")} one {unit} of {options.Population}");
    }

    /// <summary>What that doesn't cover: a sentence with a space before it, or nothing.</summary>
    internal static string Limits(TrainingOptions options) => options.Task switch
    {
        TaskFamily.Omniglot => $" A {(options.Unit == ProtectedUnit.Task ? "task here is an episode, all its images together" : "example here is an image in an episode")}; an episode mixes several people's drawings and one drawing is in many episodes: this is not a guarantee for a person.",
        TaskFamily.Mnist => " A writer gave many digits: this is not a guarantee for a person.",
        _ => "",
    };
}
