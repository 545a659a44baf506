using System.Globalization;
using FastDPMeta.Cli.Data;
using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>Trains a recommender and what it is compared with, and measures all of it on the same draws.</summary>
internal sealed class RecommendRunner(TimeProvider time)
{
    /// <summary>Learned numbers a movie, in the model that the planner is asked about.</summary>
    internal const int UsualEmbedding = 8;

    internal RecommendResult Run(RecommendOptions options, RunSettings settings, RunFolder folder, IProgressView progress, CancellationToken cancellationToken)
    {
        using Device device = RunSetup.OpenDevice(settings);
        progress.Say(RunSetup.DeviceLine(device, settings));
        MovieLensSet data = MovieLensSource.Open(settings.DataFolder, progress, cancellationToken);
        IReadOnlyList<RatedItems> people = data.UsersIn(UserSplit.Train);
        RecommendExam exam = new(options, data);
        RecommendAdvice? advice = RecommendAdvice.Ask(options, people.Count, Recommender.CountParameters(options with { Embedding = 0 }, data), Recommender.CountParameters(options with { Embedding = UsualEmbedding }, data));
        if (advice is not null)
        {
            progress.Say($"Planner: {advice.Sentence}");
        }

        List<RecommendRow> rows = [exam.Baseline(data)];
        using Recommender own = new(options, data, device, options.Epsilon is null ? null : folder.LedgerPath);
        long began = time.GetTimestamp();
        own.Train(Name(options), progress, cancellationToken);
        double seconds = time.GetElapsedTime(began).TotalSeconds;
        own.Save(folder.ModelPath);
        rows.Add(own.Row(Name(options), exam));
        foreach (RecommendOptions other in Others(options))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            using Recommender twin = new(other, data, device, ledgerPath: null);
            twin.Train(Name(other), progress, cancellationToken);
            rows.Add(twin.Row(Name(other), exam));
        }

        return new RecommendResult(RunSetup.Describe(device), people.Count, exam.People(data), options.Draws, advice, seconds, rows);
    }

    internal static string Name(RecommendOptions options)
    {
        string what = options.Embedding == 0 ? "head over public features" : options.OffsetShare == 0 ? "embeddings and offsets by gradients" : "head over embeddings too";
        return options.Epsilon is double epsilon ? string.Create(CultureInfo.InvariantCulture, $"{what}, ε = {epsilon}") : $"{what}, no privacy";
    }

    /// <summary>What else is trained for the table: under the same budget what the planner advises against (or for), everything learned by gradients; and both without privacy.</summary>
    private static IEnumerable<RecommendOptions> Others(RecommendOptions options)
    {
        if (options.Twin && options.Epsilon is not null)
        {
            RecommendOptions embedded = RecommendDefaults.For(options.Goal, isPrivate: false) with { Draws = options.Draws, Seed = options.Seed, Validation = options.Validation };
            yield return options.Embedding == 0
                ? embedded with { Epsilon = options.Epsilon, Delta = options.Delta, OffsetShare = 0 }
                : RecommendDefaults.For(options.Goal, isPrivate: true) with { Epsilon = options.Epsilon, Delta = options.Delta, Draws = options.Draws, Seed = options.Seed };
            yield return options with { Epsilon = null };
            yield return embedded;
        }
    }
}
