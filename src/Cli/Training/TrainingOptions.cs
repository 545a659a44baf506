using FastDPMeta.Engine.Nn;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Cli.Training;

/// <summary>Everything a training run is asked for, complete and valid. What decides the result is written into the run's folder.</summary>
internal sealed record TrainingOptions
{
    private const int FreshSinusoids = 1000;
    private const int FreshEpisodes = 600;

    public required TaskFamily Task { get; init; }

    public required LearnerKind Learner { get; init; }

    /// <summary>Classes in an episode; 1 for regression.</summary>
    public required int Way { get; init; }

    /// <summary>Support examples of each class.</summary>
    public required int Shot { get; init; }

    /// <summary>Query examples of each class.</summary>
    public required int Query { get; init; }

    /// <summary>Classes of a training episode; null takes as many as are measured.</summary>
    public int? TrainWay { get; init; }

    /// <summary>Support examples of each class in training; null takes as many as are measured.</summary>
    public int? TrainShot { get; init; }

    /// <summary>Query examples of each class in training; null takes as many as are measured.</summary>
    public int? TrainQuery { get; init; }

    /// <summary>Gradient steps on the support set while training.</summary>
    public required int InnerSteps { get; init; }

    public required double InnerRate { get; init; }

    /// <summary>Gradient steps that a fresh task gets when the result is measured.</summary>
    public required int AdaptSteps { get; init; }

    /// <summary>Which network, for omniglot.</summary>
    public NetworkKind Network { get; init; }

    /// <summary>Filters of each convolution, of the first one for MNIST.</summary>
    public required int Filters { get; init; }

    /// <summary>Whether later convolutions of omniglot's network have more filters.</summary>
    public bool Widen { get; init; }

    /// <summary>Whether images of omniglot are moved so that their ink is centred.</summary>
    public bool Center { get; init; }

    /// <summary>Groups of the normalisation behind each convolution, for MNIST; 0 leaves it out.</summary>
    public int Groups { get; init; }

    /// <summary>What the network of images normalises over; the networks of curves have no normalisation.</summary>
    public NormKind Norm { get; init; } = NormKind.None;

    /// <summary>Learning rate of the outer optimiser in the first round; falls to a tenth.</summary>
    public required double Rate { get; init; }

    /// <summary>The outer update, for learners of tasks.</summary>
    public OuterRule Optimizer { get; init; }

    /// <summary>The budget; null trains without privacy.</summary>
    public required double? Epsilon { get; init; }

    public required double Delta { get; init; }

    public required ProtectedUnit Unit { get; init; }

    /// <summary>Number of training tasks that exist.</summary>
    public required int Population { get; init; }

    /// <summary>Tasks a round takes on average.</summary>
    public required int Lot { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Longest gradient one unit may contribute, L2.</summary>
    public required double Clip { get; init; }

    /// <summary>By which rule contributions are bounded.</summary>
    public ClippingRule Clipping { get; init; }

    /// <summary>How lots are drawn and noise is shared.</summary>
    public SamplingRule Sampling { get; init; }

    /// <summary>Noise vectors of a round, where rounds share noise by a banded matrix.</summary>
    public int Bands { get; init; } = 8;

    /// <summary>What noise is calibrated by and the ledger counts with.</summary>
    public PlanAccountant Accountant { get; init; }

    /// <summary>Exact discrete noise instead of floating-point noise.</summary>
    public bool SecureNoise { get; init; }

    /// <summary>Decides tasks and initial weights, never the noise of a private run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Which characters of omniglot the result is measured on.</summary>
    public MeasuredSplit MeasureOn { get; init; }

    /// <summary>Fresh tasks the result is measured on; null takes 600 episodes or 1,000 sinusoids.</summary>
    public int? Measured { get; init; }

    /// <summary>How often the run is measured on a few fresh tasks as it goes.</summary>
    public int Looks { get; init; } = 60;

    /// <summary>Trains a non-private twin afterwards, to print beside a private run.</summary>
    public required bool Twin { get; init; }

    /// <summary>What it learns from: tasks with support and query sets, or plain examples.</summary>
    public bool HasTasks => Task != TaskFamily.Mnist;

    /// <summary>How many fresh tasks the result is measured on.</summary>
    public int Fresh => Measured ?? (Task == TaskFamily.Sinusoid ? FreshSinusoids : FreshEpisodes);

    /// <summary>Batches of an epoch, where batches are fixed.</summary>
    public int Batches => ((Population - 1) / Lot) + 1;

    /// <summary>Probability with which a task is in a round.</summary>
    public double SamplingRate => (double)Lot / Population;
}
