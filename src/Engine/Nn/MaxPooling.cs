using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The largest element of each window; equal largest elements share the derivative. Padding never wins.</summary>
public abstract class MaxPooling : Pooling
{
    private protected MaxPooling(string name, int axes, PerAxis size, PerAxis? stride, PerAxis? padding)
        : base(name, axes, size, stride, padding, double.NegativeInfinity)
    {
    }

    private protected override Tensor Reduce(Tensor windows, int[] axes) => windows.MaxOver(axes);
}
