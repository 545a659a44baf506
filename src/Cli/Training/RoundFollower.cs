using FastDPMeta.Cli.Terminal;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Cli.Training;

/// <summary>
/// Follows a training from round to round: shows how far it is, measures the model on a few fresh tasks now and then, saves a checkpoint
/// every few seconds, and counts what the rounds allocate.
/// </summary>
/// <remarks>
/// The loss shown and kept is that on fresh tasks. The loss of a round's own lot is computed from private data and not covered by ε
/// (<see cref="RoundDiagnostics"/>), so it is neither printed nor written.
/// </remarks>
internal sealed class RoundFollower(
    string phase, int expectedLot, bool isPrivate, Func<double> freshLoss, Action? saveCheckpoint, IProgressView view, TimeProvider time, int looks, string units = "tasks") : IProgress<RoundReport>
{
    private const int WarmUp = 3;
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromSeconds(15);
    private readonly List<RoundPoint> _history = [];
    private readonly List<long> _allocated = [];
    private double _loss = double.NaN;
    private int _rounds;
    private long _allocatedBefore = -1;
    private long _resumedAt;
    private long _lastCheckpoint = time.GetTimestamp();
    private TimeSpan _training;

    internal IReadOnlyList<RoundPoint> History => _history;

    /// <summary>Time in rounds alone, without looking and saving.</summary>
    internal TimeSpan Training => _training;

    /// <summary>
    /// Managed bytes of a round in the middle: of all threads of the process, so rounds in which the terminal was redrawn count that too.
    /// </summary>
    internal double AllocatedBytesPerRound => _allocated.Count == 0 ? 0 : _allocated.Order().ElementAt(_allocated.Count / 2);

    /// <summary>Call right before training.</summary>
    internal void Start() => _resumedAt = time.GetTimestamp();

    public void Report(RoundReport value)
    {
        _training += time.GetElapsedTime(_resumedAt);
        _rounds++;
        if (_allocatedBefore >= 0 && _rounds > WarmUp)
        {
            _allocated.Add(GC.GetTotalAllocatedBytes(precise: false) - _allocatedBefore);
        }

        int pause = Math.Max(1, value.Rounds / looks);
        double? epsilon = isPrivate ? value.Epsilon : null;
        if (_rounds == 1 || value.Round % pause == 0 || value.Round == value.Rounds)
        {
            _loss = freshLoss();
            _history.Add(new RoundPoint(value.Round, _loss, epsilon));
        }

        double speed = _rounds * (double)expectedLot / Math.Max(1e-9, _training.TotalSeconds);
        view.Report(new TrainingProgress(phase, value.Round, value.Rounds, _loss, epsilon, speed, units));
        if (saveCheckpoint is not null && time.GetElapsedTime(_lastCheckpoint) > BetweenCheckpoints)
        {
            saveCheckpoint();
            _lastCheckpoint = time.GetTimestamp();
        }

        _allocatedBefore = GC.GetTotalAllocatedBytes(precise: false);
        _resumedAt = time.GetTimestamp();
    }
}
