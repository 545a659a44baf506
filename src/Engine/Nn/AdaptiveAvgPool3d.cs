namespace FastDPMeta.Engine.Nn;

/// <summary>The mean of each of a given number of windows over volumes, [channel, depth, height, width]. See <see cref="AdaptivePooling"/>.</summary>
/// <param name="output">Windows along each axis, at least 1.</param>
/// <param name="name">Name; <c>adaptiveAvgPool</c> unless given.</param>
public sealed class AdaptiveAvgPool3d(PerAxis output, string name = "adaptiveAvgPool") : AdaptivePooling(name, 3, output, max: false);
