using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>One-example functions over a task's examples: traced once for one example and batched by <see cref="Computation.Vmap"/>.</summary>
internal static class Batched
{
    /// <summary>The model's outputs [example, …] with shared parameters.</summary>
    public static Tensor Outputs(Layer model, ReadOnlySpan<Tensor> parameters, Tensor inputs)
    {
        bool[] batched = new bool[parameters.Length + 1];
        batched[^1] = true;
        Computation many = model.Trace(inputs.Shape.Remove(0)).Vmap("example", inputs.Shape[0], batched);
        return many.Call([.. parameters, inputs])[0];
    }

    /// <summary>Mean over examples of a scalar of output and target.</summary>
    public static Tensor Mean(Func<Tensor, Tensor, Tensor> function, Tensor outputs, Tensor targets)
    {
        Computation one = Computation.Trace([outputs.Shape.Remove(0), targets.Shape.Remove(0)], arguments => function(arguments[0], arguments[1]));
        return one.Vmap("example", outputs.Shape[0]).Call(outputs, targets)[0].Mean();
    }

    /// <summary>Mean loss of a model over examples.</summary>
    public static Tensor MeanLoss(Layer model, Loss loss, ReadOnlySpan<Tensor> parameters, Tensor inputs, Tensor targets) =>
        Mean(loss.Value, Outputs(model, parameters, inputs), targets);

    /// <summary>Mean loss and mean metric of outputs.</summary>
    public static (Tensor Loss, Tensor Metric) Judge(Loss loss, Tensor outputs, Tensor targets) =>
        (Mean(loss.Value, outputs, targets), Mean(loss.Metric, outputs, targets));
}
