using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>The questions that every row of the table answers, about people who were not learned from.</summary>
internal sealed class RecommendExam
{
    private readonly RecommendOptions _options;
    private readonly IReadOnlyList<RatedItems> _people;
    private readonly RatingProtocol _ratings;

    internal RecommendExam(RecommendOptions options, MovieLensSet data)
    {
        _options = options;
        _people = [.. data.UsersIn(options.Validation ? UserSplit.Validation : UserSplit.Test).Where(person => person.Count > RatingProtocol.MostKnown)];
        _ratings = new RatingProtocol(_people, options.Draws);
    }

    /// <summary>What nobody has to learn, and everything is paired with: the bias model, or popularity.</summary>
    internal RecommendRow Baseline(MovieLensSet data)
    {
        BiasModel bias = new(data.UsersIn(UserSplit.Train), data.Movies.Count);
        return _options.Goal == RecommendGoal.Ratings
            ? new RecommendRow("bias model, no privacy", 0, null, [.. RecommendResult.Known.Select(known => RecommendScores.Of(_ratings.Score(
                known, (_, person, places, asked, results) => bias.Predict(_people[person], places, asked, results))))])
            : new RecommendRow("popularity, no privacy", 0, null, [.. RecommendResult.Known.Select(known => RecommendScores.Of(
                new ChoiceProtocol(_people, ItemFeatures.Public(data.Movies), known, _options.Draws).Score(bias.Counts)))]);
    }

    /// <summary>People asked.</summary>
    internal int People(MovieLensSet data) =>
        _options.Goal == RecommendGoal.Ratings ? _people.Count : new ChoiceProtocol(_people, ItemFeatures.Public(data.Movies), 0, draws: 1).People;

    /// <summary>Scores of a learned head for every number of known ratings or likings, predicted by the engine.</summary>
    internal IReadOnlyList<RecommendScores> Ask(Layer model, Learner head, float[] parameters, ItemFeatures features, Device device)
    {
        bool ratings = _options.Goal == RecommendGoal.Ratings;
        Shape input = new(1 + features.Width);
        TaskShape shape = ratings
            ? new TaskShape(input, 1, RatingProtocol.MostKnown, _options.Query)
            : new TaskShape(input, 1, ChoiceProtocol.MostKnown * (1 + ChoiceTasks.Others), ChoiceProtocol.Candidates);
        using TaskEvaluator evaluator = new(model, Loss.MeanSquaredError, head, shape, 0, device);
        return [.. RecommendResult.Known.Select(known =>
        {
            if (ratings)
            {
                RatingBlocks blocks = new(_ratings, features, known, RatingProtocol.MostKnown, _options.Query);
                return RecommendScores.Of(blocks.Score(Predict(evaluator, parameters, blocks, blocks.Count)));
            }

            ChoiceProtocol choices = new(_people, features, known, _options.Draws);
            return RecommendScores.Of(choices.Score(Predict(evaluator, parameters, choices, choices.Count)));
        })];
    }

    private static float[] Predict(TaskEvaluator evaluator, float[] parameters, ITaskSource tasks, int count)
    {
        float[] predictions = new float[count * evaluator.OutputCount];
        evaluator.Evaluate(parameters, tasks, 0, count, predictions);
        return predictions;
    }
}
