namespace FastDPMeta.Engine.Nn;

/// <summary>The mean of each window over volumes, [channel, depth, height, width].</summary>
/// <param name="size">Elements of a window along each axis, at least 1.</param>
/// <param name="stride">Distance between windows; the size unless given.</param>
/// <param name="padding">Zeros added on each side, at most half the size; 0 unless given.</param>
/// <param name="name">Name; <c>avgPool</c> unless given.</param>
/// <param name="countPadding">Whether padding counts as zeros; otherwise the mean is over elements of the input only.</param>
public sealed class AvgPool3d(PerAxis size, PerAxis? stride = null, PerAxis? padding = null, string name = "avgPool", bool countPadding = true)
    : AvgPooling(name, 3, size, stride, padding, countPadding);
