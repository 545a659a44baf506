using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Nn;

/// <summary>Variance scale/fan: what Glorot, He and LeCun differ in.</summary>
internal sealed class VarianceScalingInitializer : Initializer
{
    // Standard deviation of a standard normal cut at ±2: √(1 - 4φ(2)/(2Φ(2) - 1)).
    private const double DeviationOfTruncated = 0.87962566103423978;

    private readonly double _scale;
    private readonly FanMode _mode;
    private readonly Distribution _distribution;

    public VarianceScalingInitializer(double scale, FanMode mode, Distribution distribution)
    {
        if (!(scale > 0 && double.IsFinite(scale)))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "VarianceScaling: the scale must be a finite number above 0.");
        }

        _scale = scale;
        _mode = mode;
        _distribution = distribution;
    }

    public override void Fill(Span<float> values, int fanIn, int fanOut, RandomStream random)
    {
        double fan = _mode switch
        {
            FanMode.In => fanIn,
            FanMode.Out => fanOut,
            _ => (fanIn + fanOut) / 2.0,
        };
        double deviation = Math.Sqrt(_scale / Math.Max(1, fan));
        Draw(values, _distribution == Distribution.TruncatedNormal ? deviation / DeviationOfTruncated : deviation, _distribution, random);
    }
}
