using System.Globalization;
using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>Whether options of a recommendation run, of a recipe or of the command line, are in range.</summary>
internal static class RecommendChecks
{
    /// <exception cref="CommandException">They are not; one line lists all that is wrong.</exception>
    internal static void Check(RecommendOptions options)
    {
        List<string> wrong = [];
        void Require(bool holds, string name, object got, string must)
        {
            if (!holds)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must be {must}; got {got}."));
            }
        }

        Require(options.Epsilon is null || (options.Epsilon > 0 && double.IsFinite(options.Epsilon.Value)), "epsilon", options.Epsilon ?? 0, "finite and above 0, or null");
        Require(options.Delta is > 0 and < 1, "delta", options.Delta, "between 0 and 1");
        Require(options.Embedding >= 0, "embedding", options.Embedding, "at least 0");
        Require(options.Known >= 1, "known", options.Known, "at least 1");
        Require(options.Query >= 1 && options.Rounds >= 1 && options.Lot >= 0 && options.Draws >= 1, "query, rounds, lot and draws", $"{options.Query}, {options.Rounds}, {options.Lot}, {options.Draws}", "at least 1, the lot at least 0");
        Require(options.OffsetShare is >= 0 and < 1, "offset-share", options.OffsetShare, "at least 0 and below 1");
        Require(options.Momentum is >= 0 and < 1, "momentum", options.Momentum, "at least 0 and below 1");
        Require(options.WeightDecay >= 0 && double.IsFinite(options.WeightDecay), "weight-decay", options.WeightDecay, "finite and at least 0");
        foreach ((string name, double value) in (ReadOnlySpan<(string, double)>)
            [
                ("rate", options.Rate), ("clip", options.Clip), ("offset-clip", options.OffsetClip), ("count-weight", options.CountWeight), ("offset-of-person", options.OffsetOfPerson), ("offset-of-movie", options.OffsetOfMovie),
                ("popularity", options.Popularity), ("genre", options.Genre), ("year", options.Year), ("noise", options.Noise),
            ])
        {
            Require(value > 0 && double.IsFinite(value), name, value, "finite and above 0");
        }

        if (wrong.Count > 0)
        {
            throw new CommandException(string.Join(' ', wrong), ExitCode.Usage);
        }
    }
}
