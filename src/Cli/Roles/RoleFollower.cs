using FastDPMeta.Cli.Terminal;
using FastDPMeta.Cli.Training;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Cli.Roles;

/// <summary>Shows how far a training is, looks at held-out lines now and then, saves a checkpoint every few seconds, and counts the time of rounds alone.</summary>
internal sealed class RoleFollower(string phase, int lot, bool isPrivate, Func<double> loss, Action? save, IProgressView view, TimeProvider time) : IProgress<RoundReport>
{
    private const int Looks = 20;
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromSeconds(20);
    private long _resumedAt = time.GetTimestamp();
    private long _saved = time.GetTimestamp();
    private double _loss = double.NaN;
    private int _rounds;

    /// <summary>Time in rounds alone.</summary>
    internal TimeSpan Training { get; private set; }

    public void Report(RoundReport value)
    {
        Training += time.GetElapsedTime(_resumedAt);
        _rounds++;
        if (_rounds == 1 || value.Round % Math.Max(1, value.Rounds / Looks) == 0 || value.Round == value.Rounds)
        {
            _loss = loss();
        }

        view.Report(new TrainingProgress(
            phase, value.Round, value.Rounds, _loss, isPrivate ? value.Epsilon : null, _rounds * (double)lot / Math.Max(1e-9, Training.TotalSeconds), "roles"));
        if (save is not null && time.GetElapsedTime(_saved) > BetweenCheckpoints)
        {
            save();
            _saved = time.GetTimestamp();
        }

        _resumedAt = time.GetTimestamp();
    }
}
