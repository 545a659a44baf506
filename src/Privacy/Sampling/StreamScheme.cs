using System.Globalization;
using System.Text.Json;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Sampling;

/// <summary>Fixed batches in a fixed order, with noise that the rounds of the whole run share.</summary>
internal sealed class StreamScheme(int population, int lot, int epochs, NoiseCorrelation correlation) : SamplingScheme(population, lot)
{
    private double _sensitivity;

    /// <inheritdoc/>
    public override string Name => nameof(Stream);

    /// <inheritdoc/>
    public override int LargestLot => Lot;

    /// <inheritdoc/>
    public override NeighbouringRelation Neighbours => NeighbouringRelation.ReplaceWithNothing;

    /// <summary>The run is one event.</summary>
    public override int RoundsPerEvent => (int)Math.Clamp((long)Batches * epochs, 1, int.MaxValue);

    /// <summary>How noise is shared.</summary>
    public NoiseCorrelation Correlation => correlation;

    /// <summary>⌈population / lot⌉ batches are an epoch.</summary>
    private int Batches => Lot > 0 && Population > 0 ? ((Population - 1) / Lot) + 1 : 1;

    /// <inheritdoc/>
    public override PrivacyEvent Event(double noiseMultiplier)
    {
        if (_sensitivity == 0)
        {
            _sensitivity = correlation.Sensitivity(RoundsPerEvent, Batches);
        }

        return new CorrelatedGaussianEvent(RoundsPerEvent, noiseMultiplier, _sensitivity);
    }

    internal override void Check(ArgumentErrors errors)
    {
        base.Check(errors);
        errors.Require(epochs > 0 && (long)Batches * epochs <= 1 << 24, "epochs", epochs, "must be at least 1, and at most 2^24 rounds in all", "Give the number of passes over all units.");
        errors.Require(correlation is not null, "correlation", "nothing", "must be given", "Give NoiseCorrelation.Tree or NoiseCorrelation.Banded(bands).");
    }

    internal override ISampler CreateSampler(int units, RandomKey key, RandomKey publicKey)
    {
        CheckUnits(units, 0, Population);
        return new CyclicSampler(Population, Batches, units, publicKey);
    }

    internal override string Describe(string unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"Each round takes the next of {Batches} fixed batches of at most {Lot} of {Population} {unit}s, so that every {unit} takes part in every {Batches}th round, without amplification by sampling");

    internal override void Write(Utf8JsonWriter writer)
    {
        base.Write(writer);
        writer.WriteNumber("epochs", epochs);
        writer.WriteString("correlation", correlation.ToString());
    }
}
