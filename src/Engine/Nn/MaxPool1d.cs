namespace FastDPMeta.Engine.Nn;

/// <summary>The largest element of each window over one axis, [channel, length]; equal largest elements share the derivative. Padding never wins.</summary>
/// <param name="size">Elements of a window along each axis, at least 1.</param>
/// <param name="stride">Distance between windows; the size unless given.</param>
/// <param name="padding">Elements added on each side, at most half the size; 0 unless given.</param>
/// <param name="name">Name; <c>maxPool</c> unless given.</param>
public sealed class MaxPool1d(PerAxis size, PerAxis? stride = null, PerAxis? padding = null, string name = "maxPool")
    : MaxPooling(name, 1, size, stride, padding);
