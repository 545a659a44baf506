using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Ops;

/// <summary>What a derivative rule sees: <c>y = op(x₀, x₁, …)</c> and the cotangent <c>g</c> of y.</summary>
/// <param name="Y">The op's result.</param>
/// <param name="X">The op's inputs.</param>
/// <param name="G">Cotangent of the result, with the result's shape.</param>
/// <param name="Needs">For each input whether its cotangent is wanted.</param>
internal readonly record struct VjpContext(Tensor Y, Tensor[] X, Tensor G, bool[] Needs);
