using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Privacy.Training;

/// <summary>What one example contributes: its loss, and what is reported.</summary>
internal static class ExampleObjective
{
    /// <summary>
    /// Arguments: parameters, input, target, and, for a model that draws random numbers in training, the example's key of the round. Results: the
    /// objective, the reported loss, the metric.
    /// </summary>
    public static Computation Of(Layer model, Loss loss, Shape input, Shape target)
    {
        int count = model.Parameters.Count;
        Shape[] data = model.UsesRandomness ? [input, target, Randomness.KeyShape] : [input, target];
        return Computation.Trace([.. model.Parameters.Select(parameter => parameter.Shape), .. data], arguments =>
        {
            Randomness? randomness = model.UsesRandomness ? new Randomness(arguments[count + 2]) : null;
            Tensor output = model.Apply(arguments[count], randomness, arguments.AsSpan(..count));
            Tensor value = loss.Value(output, arguments[count + 1]);
            return [value, value, loss.Metric(output, arguments[count + 1])];
        });
    }
}
