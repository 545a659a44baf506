using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>The mean of each window; padding counts as zeros.</summary>
/// <param name="size">Height and width of a window, at least 1.</param>
/// <param name="stride">Distance between windows; the size unless given.</param>
/// <param name="padding">Rows and columns added on each side, at most half the size.</param>
/// <param name="name">Name; <c>avgPool</c> unless given.</param>
public sealed class AvgPool2d(int size, int? stride = null, int padding = 0, string name = "avgPool")
    : Pool2d(size, stride, padding, 0, name)
{
    private protected override Tensor Reduce(Tensor windows, int rowAxis, int columnAxis) => windows.Mean(rowAxis, columnAxis);
}
