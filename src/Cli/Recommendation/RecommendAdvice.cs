using System.Globalization;
using FastDPMeta.Cli.Reports;
using FastDPMeta.Privacy.Planning;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>What the planner says about the two things a recommender can learn: the prior of a head over public features, or a vector for every movie besides.</summary>
/// <param name="Planned">The planner's answer for the larger.</param>
/// <param name="Head">The smaller.</param>
/// <param name="Embeddings">The larger.</param>
/// <param name="Sentence">For people.</param>
internal sealed record RecommendAdvice(PopulationAdvice Planned, AdaptationOption Head, AdaptationOption Embeddings, string Sentence)
{
    /// <summary>Asks; null without privacy.</summary>
    /// <param name="options">The run.</param>
    /// <param name="people">How many are learned from.</param>
    /// <param name="headParameters">Numbers of the head's prior.</param>
    /// <param name="embeddingParameters">Numbers with embeddings.</param>
    internal static RecommendAdvice? Ask(RecommendOptions options, int people, int headParameters, int embeddingParameters)
    {
        if (options.Epsilon is not double epsilon)
        {
            return null;
        }

        PopulationQuestion question = new()
        {
            Users = people,
            Epsilon = epsilon,
            Delta = options.Delta,
            Parameters = embeddingParameters,
            Rounds = options.Rounds,
            Lot = Math.Min(options.Lot, people),
            Layers = 1,
        };
        PopulationAdvice planned = PopulationPlanner.Advise(question);
        AdaptationOption head = PopulationPlanner.Judge(question, AdaptationKind.Head, headParameters);
        AdaptationOption embeddings = planned.Options[0];
        string sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"{people} people at ε = {epsilon} support about {planned.MostParameters} parameters. {Part("A head over public features", head)}; {Part("with embeddings", embeddings)}.");
        return new RecommendAdvice(planned, head, embeddings, options.Embedding > 0 && embeddings.Verdict != AdaptationVerdict.Carries ? $"{sentence} This run learns embeddings all the same." : sentence);
    }

    private static string Part(string what, AdaptationOption option) => string.Create(
        CultureInfo.InvariantCulture, $"{what}: {option.Parameters} parameters, signal {option.RunSignalToNoise:0.##} times the noise, {SummaryJson.Name(option.Verdict)}");
}
