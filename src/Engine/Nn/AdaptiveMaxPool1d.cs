namespace FastDPMeta.Engine.Nn;

/// <summary>The largest element of each of a given number of windows over one axis, [channel, length]. See <see cref="AdaptivePooling"/>.</summary>
/// <param name="output">Windows along each axis, at least 1.</param>
/// <param name="name">Name; <c>adaptiveMaxPool</c> unless given.</param>
public sealed class AdaptiveMaxPool1d(PerAxis output, string name = "adaptiveMaxPool") : AdaptivePooling(name, 1, output, max: true);
