namespace FastDPMeta.Privacy.Planning;

/// <summary>What a planner is asked: how many people, how much privacy, how large a model.</summary>
public sealed record PopulationQuestion
{
    /// <summary>People, each one unit of privacy; at least 1.</summary>
    public required int Users { get; init; }

    /// <summary>ε > 0, finite.</summary>
    public required double Epsilon { get; init; }

    /// <summary>δ in (0, 1), below 1 / users; a tenth of that when 0.</summary>
    public double Delta { get; init; }

    /// <summary>Parameters of the whole model, at least 1.</summary>
    public required long Parameters { get; init; }

    /// <summary>Rounds of training, at least 1.</summary>
    public int Rounds { get; init; } = 50;

    /// <summary>People in a round on average; everybody when 0, which is best where people are few.</summary>
    public int Lot { get; init; }

    /// <summary>Layers of the model, at least 1: with the parameters it says how wide they are, taken as square.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Outputs of the model, at least 1.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Rank of a low-rank change, at least 1.</summary>
    public int Rank { get; init; } = 4;

    /// <summary>
    /// Length of the mean of all clipped updates in clip norms, in (0, 1]. 1 if everybody's points the same way; a tenth is what small tasks of different people showed in our runs. An
    /// assumption, not a bound: measure it on public or simulated data where there is some.
    /// </summary>
    public double Alignment { get; init; } = 0.1;
}
