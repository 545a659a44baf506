namespace FastDPMeta.Privacy.Auditing;

/// <summary>How much an audit does. None of it changes what is trained.</summary>
public sealed record AuditOptions
{
    /// <summary>Canaries planted in a training, ≥ 1; at most half of the population and one a parameter.</summary>
    public int Canaries { get; init; } = 1000;

    /// <summary>Trainings, ≥ 1: the first gives the lower bound, all of them the membership report, which learns from the others where there are three or more.</summary>
    public int Trainings { get; init; } = 8;

    /// <summary>Rounds of a training; 0 for all rounds of the plan.</summary>
    public int Rounds { get; init; }

    /// <summary>Releases of the audit of single releases; 0 for as many as find noise at half strength.</summary>
    public int Releases { get; init; }

    /// <summary>One minus the chance that a bound is wrong, in (0, 1).</summary>
    public double Confidence { get; init; } = 0.999;

    /// <summary>When to stop, whatever is done by then; a third of it is for single releases.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Everything that is out of range, at once.</summary>
    internal void Check()
    {
        ArgumentErrors errors = new(nameof(AuditOptions));
        errors.Require(Canaries > 0, nameof(Canaries), Canaries, "must be at least 1", "Give 1000.");
        errors.Require(Trainings > 0, nameof(Trainings), Trainings, "must be at least 1", "Give 8.");
        errors.Require(Rounds >= 0, nameof(Rounds), Rounds, "must be at least 0", "Give 0 for all rounds of the plan.");
        errors.Require(Releases >= 0, nameof(Releases), Releases, "must be at least 0", "Give 0 for a suitable number.");
        errors.Require(Confidence is > 0 and < 1, nameof(Confidence), Confidence, "must lie strictly between 0 and 1", "Give 0.999.");
        errors.Require(TimeLimit > TimeSpan.Zero, nameof(TimeLimit), TimeLimit, "must be positive", "Give a minute.");
        errors.Throw();
    }
}
