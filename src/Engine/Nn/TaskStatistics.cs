using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// What normalisations over a task's examples know while a model is recorded: either they take their statistics from the batch at hand, which are noted down, or they use those that were noted
/// before. Layers ask in the order of their application, which is the order of <see cref="Layer.Statistics"/>.
/// </summary>
internal sealed class TaskStatistics
{
    private readonly Tensor[]? _given;
    private readonly List<Tensor> _noted = [];
    private int _next;

    private TaskStatistics(Tensor[]? given) => _given = given;

    /// <summary>What was noted: a mean and a variance for each normalisation whose statistics outlive their batch.</summary>
    public Tensor[] Noted => [.. _noted];

    /// <summary>Statistics of the batch that the model is applied to.</summary>
    public static TaskStatistics OfBatch() => new(null);

    /// <summary>Statistics noted before.</summary>
    public static TaskStatistics Given(ReadOnlySpan<Tensor> noted) => new(noted.ToArray());

    /// <summary>Mean and variance for the next normalisation.</summary>
    /// <param name="keeps">Whether its statistics outlive their batch.</param>
    /// <param name="own">Those of the batch at hand.</param>
    public (Tensor Mean, Tensor Variance) Next(bool keeps, Func<(Tensor Mean, Tensor Variance)> own)
    {
        if (keeps && _given is not null)
        {
            (Tensor mean, Tensor variance) = (_given[_next], _given[_next + 1]);
            _next += 2;
            return (mean, variance);
        }

        (Tensor Mean, Tensor Variance) found = own();
        if (keeps)
        {
            _noted.AddRange([found.Mean, found.Variance]);
        }

        return found;
    }
}
