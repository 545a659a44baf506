using System.Globalization;

namespace FastDPMeta.Privacy.Homomorphic.Learning;

/// <summary>What is run on encrypted tasks, and on plain ones to compare. All of it is public.</summary>
/// <param name="Rule">Reptile or first-order MAML.</param>
/// <param name="Rounds">Outer steps, each over all tasks.</param>
/// <param name="InnerSteps">Gradient steps of adaptation.</param>
/// <param name="InnerRate">Their step size α.</param>
/// <param name="OuterRate">The outer step size β.</param>
/// <param name="WeightBound">What no weight and no element of a task's gradient exceeds in absolute value, by the data owner's knowledge; bounds errors and
/// is checked against the room of the parameters.</param>
public sealed record EncryptedMetaOptions(MetaRule Rule, int Rounds, int InnerSteps, double InnerRate, double OuterRate, double WeightBound = 4)
{
    /// <summary>Levels that training takes, from start weights of 0.</summary>
    public int Levels => Rounds * (InnerSteps + (Rule == MetaRule.Reptile ? 1 : 2));

    /// <summary>The same algorithm on plain numbers in float64.</summary>
    /// <param name="support">Tasks to adapt to.</param>
    /// <param name="query">Their queries, in the same order; only for first-order MAML.</param>
    /// <returns>The start weights after all rounds, from 0.</returns>
    /// <exception cref="ArgumentException">There is no task, or the options are out of range.</exception>
    public double[] TrainPlain(IReadOnlyList<GramTask> support, IReadOnlyList<GramTask>? query = null)
    {
        ArgumentNullException.ThrowIfNull(support);
        Validate(nameof(TrainPlain)).Require(support.Count > 0, nameof(support), support.Count, "must hold a task", "Give at least one.")
            .Require(Rule == MetaRule.Reptile || query?.Count == support.Count, nameof(query), query?.Count ?? 0, "must hold one query a task", "Give queries, or use Reptile.")
            .Throw();
        double[] start = new double[support[0].Features];
        for (int round = 0; round < Rounds; round++)
        {
            double[] change = new double[start.Length];
            for (int task = 0; task < support.Count; task++)
            {
                double[] adapted = Adapt(support[task], start);
                double[] gradient = Rule == MetaRule.FirstOrderMaml ? query![task].Gradient(adapted) : [];
                for (int i = 0; i < start.Length; i++)
                {
                    change[i] += Rule == MetaRule.Reptile ? adapted[i] - start[i] : -gradient[i];
                }
            }

            for (int i = 0; i < start.Length; i++)
            {
                start[i] += OuterRate * change[i] / support.Count;
            }
        }

        return start;
    }

    /// <summary>The inner steps from <paramref name="start"/>, on plain numbers.</summary>
    /// <param name="task">What to adapt to.</param>
    /// <param name="start">Start weights.</param>
    public double[] Adapt(GramTask task, ReadOnlySpan<double> start)
    {
        ArgumentNullException.ThrowIfNull(task);
        double[] weights = start.ToArray();
        for (int step = 0; step < InnerSteps; step++)
        {
            weights = task.Step(weights, InnerRate);
        }

        return weights;
    }

    internal ArgumentErrors Validate(string operation) => new ArgumentErrors(operation)
        .Require(Enum.IsDefined(Rule), nameof(Rule), Rule, "must be Reptile or FirstOrderMaml", "Choose one.")
        .Require(Rounds is >= 1 and <= 31, nameof(Rounds), Rounds, "must lie in [1, 31]", "Every round takes levels.")
        .Require(InnerSteps is >= 1 and <= 30, nameof(InnerSteps), InnerSteps, "must lie in [1, 30]", "Every step takes a level.")
        .Require(InnerRate is > 0 and <= 100, nameof(InnerRate), InnerRate, "must lie in (0, 100]", "0.1 is usual.")
        .Require(OuterRate is > 0 and <= 100, nameof(OuterRate), OuterRate, "must lie in (0, 100]", "1 is usual for Reptile.")
        .Require(WeightBound is > 0 and <= 1e6, nameof(WeightBound), WeightBound, "must lie in (0, 1e6]", "Give what no weight exceeds.");

    /// <summary>The options in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Rule}, {Rounds} rounds of {InnerSteps} inner steps, rates {InnerRate} and {OuterRate}, {Levels} levels");
}
