using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>A function of an example and another layer's parameters, as a layer: for functions that take more than the one input.</summary>
internal sealed class FunctionLayer(Layer inner, Shape output, Func<Tensor, Tensor[], Tensor> function) : Layer(inner.Name)
{
    public override IReadOnlyList<ParameterSpec> Parameters => inner.Parameters;

    public override Shape OutputShape(Shape input) => output;

    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => function(input, parameters.ToArray());
}
