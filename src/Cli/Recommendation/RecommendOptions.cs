using FastDPMeta.Cli.Commands;

namespace FastDPMeta.Cli.Recommendation;

/// <summary>Everything a recommendation run is asked for, complete. What is not given is the private recipe's.</summary>
internal sealed record RecommendOptions
{
    internal const string Task = "movielens";

    /// <summary>These options as a file.</summary>
    internal static TaskRecipe<RecommendOptions> Recipe { get; } = new(Task);

    /// <summary>What is predicted.</summary>
    public RecommendGoal Goal { get; init; }

    /// <summary>The budget of everything that is released of the training people; null trains without privacy.</summary>
    public double? Epsilon { get; init; } = 8;

    public double Delta { get; init; } = 1e-5;

    /// <summary>Length of a learned vector for each movie; 0 learns none, and adapts a head over public features.</summary>
    public int Embedding { get; init; }

    /// <summary>Known ratings, or liked movies, of a person while training.</summary>
    public int Known { get; init; } = 10;

    /// <summary>Ratings, or liked movies, of a person that a round is judged on.</summary>
    public int Query { get; init; } = 50;

    public int Rounds { get; init; } = 40;

    /// <summary>People a round takes on average, everybody where there are fewer; 0 takes everybody.</summary>
    public int Lot { get; init; }

    /// <summary>Learning rate in the first round; falls to a tenth.</summary>
    public double Rate { get; init; } = 0.3;

    /// <summary>Adam instead of gradient steps with momentum. It makes noise as long as signal, so it is for runs without privacy.</summary>
    public bool Adam { get; init; }

    public double Momentum { get; init; } = 0.5;

    /// <summary>Longest gradient of one person.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Added to the gradient times the parameters.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Share of the budget, in 1/σ², that goes into the one release of movies' offsets and popularity; 0 releases none, and the first number of an embedding stands for the offset.</summary>
    public double OffsetShare { get; init; } = 0.5;

    /// <summary>Longest contribution of one person to that release.</summary>
    public double OffsetClip { get; init; } = 3;

    /// <summary>Weight of a count beside a residual in that release.</summary>
    public double CountWeight { get; init; } = 0.5;

    /// <summary>Variance among people of their own offset.</summary>
    public double OffsetOfPerson { get; init; } = 0.2;

    /// <summary>Variance among people of how far they follow movies' offsets.</summary>
    public double OffsetOfMovie { get; init; } = 0.1;

    /// <summary>Variance among people of their liking for what many rated.</summary>
    public double Popularity { get; init; } = 0.03;

    /// <summary>Variance among people of their liking for a genre.</summary>
    public double Genre { get; init; } = 0.03;

    /// <summary>Variance among people of their liking for an age.</summary>
    public double Year { get; init; } = 0.05;

    /// <summary>Variance of a rating about what is predicted.</summary>
    public double Noise { get; init; } = 0.75;

    /// <summary>Whether the means of these are learned.</summary>
    public bool LearnMean { get; init; } = true;

    /// <summary>Whether the variances are learned.</summary>
    public bool LearnVariance { get; init; } = true;

    /// <summary>Draws of the supports that everything is measured on.</summary>
    public int Draws { get; init; } = 20;

    /// <summary>Measures on those that settings are chosen by, instead of on those that are reported on.</summary>
    public bool Validation { get; init; }

    /// <summary>Decides draws and first weights, never noise.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Trains what is compared with besides: without privacy, and against the planner's advice.</summary>
    public bool Twin { get; init; } = true;
}
