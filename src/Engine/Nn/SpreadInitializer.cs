using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Nn;

/// <summary>A given standard deviation, whatever the layer's size.</summary>
internal sealed class SpreadInitializer : Initializer
{
    private readonly double _deviation;
    private readonly Distribution _distribution;

    public SpreadInitializer(double deviation, Distribution distribution)
    {
        if (!(deviation >= 0 && double.IsFinite(deviation)))
        {
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "An initializer's spread must be a finite number of at least 0.");
        }

        _deviation = deviation;
        _distribution = distribution;
    }

    public override void Fill(Span<float> values, int fanIn, int fanOut, RandomStream random) => Draw(values, _deviation, _distribution, random);
}
