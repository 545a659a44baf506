using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Privacy.Frontiers;

namespace FastDPMeta.Cli.Roles;

/// <summary>Measures on held-out roles: each adapts on its first lines and is judged on those that follow, and every row sees the same lines.</summary>
internal sealed class RoleMeasurement(RoleSet data, RoleOptions options, Device device)
{
    private const int FollowedDraw = 1_000_000; // other stretches than those of the table
    private const int Followed = 8;
    private readonly RoleTasks _tasks = RoleNetwork.Tasks(data, TaskSplit.Evaluation, options);

    /// <summary>Held-out roles.</summary>
    internal int Roles => _tasks.Roles.Count;

    /// <summary>Episodes that a row is measured on.</summary>
    internal int Episodes => Roles * options.Draws;

    /// <summary>A row of a trained network.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="learner">How it adapts.</param>
    /// <param name="parameters">What was learned.</param>
    /// <param name="steps">Steps of adaptation.</param>
    internal RoleRow Row(string name, Learner learner, float[] parameters, int steps)
    {
        using TaskEvaluator evaluator = Evaluator(learner, steps);
        TaskScores scores = evaluator.Evaluate(parameters, _tasks, 0, Episodes);
        return Row(name, episode => (scores.Losses[episode] / Math.Log(2), scores.Metrics[episode]));
    }

    /// <summary>A row of counts.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="longest">Characters of the longest context.</param>
    internal RoleRow Row(string name, int longest)
    {
        CharacterCounts counts = new(data, data.RolesIn(TaskSplit.Training), longest);
        return Row(name, episode => counts.Score(_tasks.CharactersOf(episode), _tasks, options.Window));
    }

    /// <summary>What a training is followed by: nats per character on a few other stretches, without adapting.</summary>
    internal Func<float[], double> Follower(Learner learner, out IDisposable owned)
    {
        TaskEvaluator evaluator = Evaluator(learner, 0);
        owned = evaluator;
        return parameters => evaluator.Evaluate(parameters, _tasks, (long)FollowedDraw * Roles, Followed).MeanLoss;
    }

    private TaskEvaluator Evaluator(Learner learner, int steps) =>
        new(RoleNetwork.Model(options), RoleNetwork.Loss, learner, TaskShape.Of(_tasks), steps, device);

    private RoleRow Row(string name, Func<int, (double Bits, double Accuracy)> score)
    {
        (double Bits, double Accuracy)[] all = [.. Enumerable.Range(0, Episodes).Select(score)];
        MeanInterval ByRole(Func<(double Bits, double Accuracy), double> value) => MeanInterval.Of(
            [.. Enumerable.Range(0, Roles).Select(role => Enumerable.Range(0, options.Draws).Average(draw => value(all[role + (draw * Roles)])))]);
        return new RoleRow(name, ByRole(one => one.Bits), ByRole(one => one.Accuracy));
    }
}
