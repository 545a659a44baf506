using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>An array that a layer needs: known when the layer is constructed, before any trace.</summary>
/// <param name="Name">Name within the layer, as <c>weight</c>; within a model, dotted, as <c>hidden.weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Initializer">How its first values are drawn.</param>
/// <param name="FanIn">Inputs that feed one output: what initialisers scale by. At least 1.</param>
/// <param name="FanOut">Outputs that one input feeds. At least 1.</param>
public sealed record ParameterSpec(string Name, Shape Shape, Initializer Initializer, int FanIn = 1, int FanOut = 1)
{
    /// <summary>
    /// Whether training changes it. A frozen parameter has no gradient: it is neither clipped nor noised, and has no optimizer state.
    /// </summary>
    public bool Trainable { get; init; } = true;

    /// <summary>Which array it is: copies of a specification, as under another name, are the same array, and layers that have one share it.</summary>
    internal object Identity { get; init; } = new();
}
