namespace FastDPMeta.Cli.Training;

/// <summary>What a run found, whether it went to its end or was stopped.</summary>
internal sealed record TrainingResult
{
    /// <summary>The device's own words, as <c>cpu (AVX-512, 2 threads)</c>.</summary>
    public required string Device { get; init; }

    /// <summary>ε spent, rounded up; null without privacy.</summary>
    public required double? Epsilon { get; init; }

    /// <summary>σ / clip norm; null without privacy.</summary>
    public required double? NoiseMultiplier { get; init; }

    /// <summary>Rounds done, over all sittings of a resumed run.</summary>
    public required int Rounds { get; init; }

    /// <summary>True when Ctrl-C or the budget ended it before its last round.</summary>
    public required bool Stopped { get; init; }

    /// <summary>True when the budget ended it: after a crash the ledger may hold rounds that the checkpoint does not.</summary>
    public bool BudgetSpent { get; init; }

    /// <summary>What the numbers are: <c>mean squared error</c> or <c>accuracy</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>What the network normalised over, as <c>group</c>; <c>transductive</c> says that queries were predicted from one another.</summary>
    public string Normalization { get; init; } = "none";

    /// <summary>On fresh tasks with the initial weights, adapted as <see cref="After"/>: what training started from.</summary>
    public required double Before { get; init; }

    /// <summary>On the same fresh tasks after training, adapted.</summary>
    public required double After { get; init; }

    /// <summary>Half width of the 95 % interval of <see cref="After"/>.</summary>
    public required double Ci95 { get; init; }

    /// <summary><see cref="After"/> of the non-private twin; of this run itself without privacy; null where no twin was trained.</summary>
    public required double? NonPrivate { get; init; }

    /// <summary>Fresh tasks measured on.</summary>
    public required int FreshTasks { get; init; }

    /// <summary>Time of training alone.</summary>
    public required double Seconds { get; init; }

    /// <summary>Managed bytes allocated a round after the first ones.</summary>
    public required double AllocatedBytesPerRound { get; init; }

    /// <summary>Units whose gradient was not finite: they contributed zero.</summary>
    public required long NonFiniteUnits { get; init; }

    /// <summary>SHA-256 of the population's episodes as they lie in the folder; null where there is no such file.</summary>
    public string? PopulationHash { get; init; }

    public IReadOnlyList<Comparison> Comparisons { get; init; } = [];

    public IReadOnlyList<RoundPoint> History { get; init; } = [];

    public IReadOnlyList<SinusoidAdaptation> Sinusoids { get; init; } = [];

    public IReadOnlyList<EpisodeAdaptation> Episodes { get; init; } = [];
}
