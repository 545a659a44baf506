using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Molecules;

/// <summary>Everything a run on molecules is asked for. What decides the result is written into the run's folder.</summary>
internal sealed record MoleculeOptions
{
    public MoleculeCollection Collection { get; init; } = MoleculeCollection.ToxCast;

    public MoleculeUnit Unit { get; init; } = MoleculeUnit.Compound;

    /// <summary>Numbers of the hidden layer, by which compounds are compared; 0 for none.</summary>
    public int Width { get; init; } = 512;

    public EmbeddingHead Head { get; init; } = EmbeddingHead.Hidden;

    /// <summary>Whether embeddings are taken from the middle of the support's two classes before their lengths are set to 1.</summary>
    public bool Centre { get; init; } = true;

    /// <summary>Share of the fingerprint itself in a score, from 0 to 1; the rest is the embedding's.</summary>
    public double Raw { get; init; }

    /// <summary>Probability with which a bit of the fingerprint is dropped in training; unit compound only.</summary>
    public double InputDropout { get; init; } = 0.2;

    /// <summary>The same for the hidden layer.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>Standard deviation of the first weights, times the root of the mean number of bits that a fingerprint has.</summary>
    public double Spread { get; init; } = 0.1;

    /// <summary>Support and query compounds of each class in a training task; unit assay only.</summary>
    public int Shot { get; init; } = 10;

    public int Query { get; init; } = 32;

    /// <summary>What the mean squared difference of two embeddings' numbers is divided by before the softmax; unit assay only.</summary>
    public double Temperature { get; init; } = 0.1;

    public MoleculeOptimizer Optimizer { get; init; } = MoleculeOptimizer.Adam;

    /// <summary>Learning rate in the first round; falls to a tenth along half a cosine.</summary>
    public double Rate { get; init; } = 1e-3;

    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Units of a round, on average.</summary>
    public int Lot { get; init; } = 128;

    public int Rounds { get; init; } = 470;

    /// <summary>The budgets, one training for each; infinity trains without privacy.</summary>
    public IReadOnlyList<double> Epsilons { get; init; } = [double.PositiveInfinity];

    public double Delta { get; init; } = 1e-5;

    /// <summary>Longest gradient one unit may contribute.</summary>
    public double Clip { get; init; } = 0.1;

    /// <summary>Trainings for each budget, each with its own noise and first weights.</summary>
    public int Keys { get; init; } = 1;

    /// <summary>Share of all structures that nothing is learned from.</summary>
    public double HeldOut { get; init; } = 0.25;

    /// <summary>Random supports of every assay.</summary>
    public int Supports { get; init; } = 20;

    public IReadOnlyList<SupportSize> Sizes { get; init; } = [new(10, 10)];

    public MeasuredAssays MeasureOn { get; init; } = MeasuredAssays.Test;

    /// <summary>Decides first weights, tasks and supports, never the noise of a private run.</summary>
    public ulong Seed { get; init; } = 1;
}
