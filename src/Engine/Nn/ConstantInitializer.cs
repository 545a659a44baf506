using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Nn;

/// <summary>All the same value.</summary>
internal sealed class ConstantInitializer(double value) : Initializer
{
    public override void Fill(Span<float> values, int fanIn, int fanOut, RandomStream random) => values.Fill((float)value);
}
