namespace FastDPMeta.Kernels.Spec;

/// <summary>One loop of a <see cref="MatrixAxis"/>.</summary>
/// <param name="Extent">Elements; 0 in the outermost part, which takes what remains.</param>
/// <param name="Stride">Float elements from one to the next.</param>
public readonly record struct MatrixAxisPart(int Extent, int Stride);
