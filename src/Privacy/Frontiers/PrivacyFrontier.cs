using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Privacy.Frontiers;

/// <summary>
/// What privacy costs: the metric against ε, with intervals over keys, beside what the trainings are compared with, and what all of it spends together.
/// </summary>
/// <remarks>
/// Each training keeps within its own budget, but they learn from the same people: whoever publishes several, or one chosen by its result among several, reveals what all of
/// them do together. <see cref="Together"/> says how much that is; publishing a training without privacy has no bound at all.
/// </remarks>
public sealed class PrivacyFrontier
{
    /// <summary>A frontier of trainings that are done.</summary>
    /// <param name="design">Which there were to be.</param>
    /// <param name="runs">Those that are done, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or their private parts hold under different neighbouring relations.</exception>
    /// <remarks>Encloses the ε of the compositions: milliseconds to seconds.</remarks>
    public PrivacyFrontier(FrontierDesign design, IReadOnlyList<FrontierRun> runs)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            throw new ArgumentException("A frontier needs at least one training; got none. Train first.", nameof(runs));
        }

        (Design, Runs) = (design, [.. runs]);
        Points = [.. Runs.GroupBy(run => run.Cell.Epsilon).OrderBy(group => group.Key).Select(Point)];
        Baselines =
        [
            .. Runs.SelectMany(run => run.Baselines).GroupBy(baseline => baseline.Name)
                .Select(group => (group.Key, MeanInterval.Of([.. group.Select(baseline => baseline.Value)]))),
        ];
        Together = Composed(Runs);
        EpsilonInterval[] alone = [.. Runs.DistinctBy(run => run.Released).Select(run => Composed([run])).OfType<EpsilonInterval>()];
        Alone = alone.Length == 0 ? null : alone.MaxBy(interval => interval.Upper);
    }

    /// <summary>Which trainings there were to be.</summary>
    public FrontierDesign Design { get; }

    /// <summary>Those that are done.</summary>
    public IReadOnlyList<FrontierRun> Runs { get; }

    /// <summary>What the values are.</summary>
    public string Metric => Runs[0].Metric;

    /// <summary>A point for every budget with a training done, in rising order, training without privacy last.</summary>
    public IReadOnlyList<FrontierPoint> Points { get; }

    /// <summary>What the trainings are compared with, over those that measured it.</summary>
    public IReadOnlyList<(string Name, MeanInterval Value)> Baselines { get; }

    /// <summary>The ε at <see cref="FrontierDesign.Delta"/> of all private trainings published together, for one who is in the data of all; null where none is private.</summary>
    public EpsilonInterval? Together { get; }

    /// <summary>
    /// The largest ε that one private training has alone, enclosed as <see cref="Together"/> is and never more than that; often below what its ledger counts, whose accountant is quicker and looser.
    /// Null where none is private.
    /// </summary>
    public EpsilonInterval? Alone { get; }

    /// <summary>What the ledgers count, added up: another bound of all trainings together, at the sum of their δ.</summary>
    public double SumOfEpsilons => Runs.Where(run => run.Cell.IsPrivate).Sum(run => run.EpsilonSpent);

    /// <summary>Whether a training without privacy is among them, whose publication nothing bounds.</summary>
    public bool HasUnprotected => Runs.Any(run => !run.Cell.IsPrivate);

    /// <summary>Does the trainings that a file lacks, one after another, each noted as it ends.</summary>
    /// <param name="file">What is done and what is missing.</param>
    /// <param name="train">Trains and measures one, with a ledger of its own, and returns null when it was interrupted.</param>
    /// <param name="cancellationToken">Stops before the next training.</param>
    /// <returns>Whether all are done.</returns>
    /// <exception cref="FrontierFileException">A training can't be noted.</exception>
    public static bool Complete(FrontierFile file, Func<FrontierCell, FrontierRun?> train, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(train);
        foreach (FrontierCell cell in file.Missing)
        {
            if (cancellationToken.IsCancellationRequested || train(cell) is not { } run)
            {
                return false;
            }

            file.Append(run);
        }

        return true;
    }

    private FrontierPoint Point(IGrouping<double, FrontierRun> group) => new(
        group.Key, MeanInterval.Of([.. group.Select(run => run.Value)]), group.Average(run => run.Seconds), Composed(group));

    private EpsilonInterval? Composed(IEnumerable<FrontierRun> runs)
    {
        PrivacyEvent[] released = [.. runs.Select(run => run.Released).OfType<PrivacyEvent>()];
        return released.Length == 0 ? null : Accountant.Certify(new ComposedEvent([.. released]), Design.Delta);
    }
}
