namespace FastDPMeta.Engine.Serving;

/// <summary>Numbers with a name and a shape, as a model file holds them.</summary>
/// <param name="Name">Unique within the file, as <c>hidden.weight</c>.</param>
/// <param name="Shape">Sizes of the axes, outermost first.</param>
/// <param name="Values">Row-major float32 values, as many as the product of the sizes.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);
