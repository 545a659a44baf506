using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The largest element of each window; equal largest elements share the derivative. Padding never wins.</summary>
/// <param name="size">Height and width of a window, at least 1.</param>
/// <param name="stride">Distance between windows; the size unless given.</param>
/// <param name="padding">Rows and columns added on each side, at most half the size.</param>
/// <param name="name">Name; <c>maxPool</c> unless given.</param>
public sealed class MaxPool2d(int size, int? stride = null, int padding = 0, string name = "maxPool")
    : Pool2d(size, stride, padding, double.NegativeInfinity, name)
{
    private protected override Tensor Reduce(Tensor windows, int rowAxis, int columnAxis) => windows.MaxOver(rowAxis, columnAxis);
}
