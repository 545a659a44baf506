using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Meta;

/// <summary>What every learner is told. Learners check all of it at once when they are made.</summary>
public record LearnerOptions
{
    /// <summary>Classes of a task; 1 for regression.</summary>
    public int Way { get; init; } = 1;

    /// <summary>Support examples of each class.</summary>
    public int Shot { get; init; } = 1;

    /// <summary>Query examples of each class.</summary>
    public int Query { get; init; } = 1;

    /// <summary>Steps of adaptation that a person gets: the default of <see cref="Learner.Adapt"/> and <see cref="Learner.Evaluate"/>.</summary>
    public int EvaluationSteps { get; init; } = 10;

    /// <summary>Shapes of a task with these counts.</summary>
    /// <param name="input">Shape of one example.</param>
    /// <param name="target">Shape of one target; a scalar unless given.</param>
    public TaskShape TaskShape(Shape input, Shape? target = null) => new(input, Way, Shot, Query, target);

    /// <summary>Throws with every bad value in one message.</summary>
    /// <exception cref="ArgumentException">Some value is out of range.</exception>
    public void Validate()
    {
        List<string> problems = [];
        Collect(problems);
        if (problems.Count > 0)
        {
            throw new ArgumentException($"{GetType().Name}: {string.Join("; ", problems)}.");
        }
    }

    /// <summary>Adds a sentence for each bad value.</summary>
    /// <param name="problems">Where sentences are added.</param>
    protected virtual void Collect(ICollection<string> problems)
    {
        RequireAtLeast(problems, nameof(Way), Way, 1);
        RequireAtLeast(problems, nameof(Shot), Shot, 1);
        RequireAtLeast(problems, nameof(Query), Query, 1);
        RequireAtLeast(problems, nameof(EvaluationSteps), EvaluationSteps, 0);
    }

    /// <summary>Notes a count that is too small.</summary>
    /// <param name="problems">Where the sentence is added.</param>
    /// <param name="name">The property.</param>
    /// <param name="value">Its value.</param>
    /// <param name="least">The least allowed value.</param>
    protected static void RequireAtLeast(ICollection<string> problems, string name, int value, int least)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (value < least)
        {
            problems.Add($"{name} must be at least {least}; got {value}");
        }
    }

    /// <summary>Notes a rate that is not a positive finite number.</summary>
    /// <param name="problems">Where the sentence is added.</param>
    /// <param name="name">The property.</param>
    /// <param name="value">Its value.</param>
    protected static void RequirePositive(ICollection<string> problems, string name, double value)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(value > 0 && double.IsFinite(value)))
        {
            problems.Add(FormattableString.Invariant($"{name} must be a finite number above 0; got {value}"));
        }
    }
}
