namespace FastDPMeta.Kernels.Random;

/// <summary>Two independent standard normals of one pair of random words.</summary>
/// <param name="First">The one of even place p.</param>
/// <param name="Second">The one of odd place p.</param>
internal readonly record struct NormalPair(float First, float Second);
