using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;

namespace FastDPMeta.Privacy.Training;

/// <summary>Everything a private step is compiled from. What changes ε is in the plan alone.</summary>
/// <param name="Objective">
/// One unit's computation: arguments [parameters…, data…], results [objective, reported loss, metric], all scalars. The derivative of the
/// objective is the unit's contribution to the update.
/// </param>
/// <param name="Layout">The parameters.</param>
/// <param name="Optimizer">The update rule.</param>
/// <param name="Plan">Unit, sampling, clip norm, noise, divisor.</param>
/// <param name="UnitLabel">What a unit is, for messages and printed computations.</param>
/// <param name="Chunk">Units of one accumulation; changes memory and speed, never privacy.</param>
/// <param name="Keyed">Whether the last data argument is the unit's key of the round, for a model that draws random numbers.</param>
internal sealed record StepSpec(
    Computation Objective, ParameterLayout Layout, Optimizer Optimizer, PrivacyPlan Plan, string UnitLabel, int Chunk, bool Keyed = false)
{
    /// <summary>Most lanes that share a lot; 0 for as many as the device runs side by side. Changes speed and memory only.</summary>
    public int Lanes { get; init; }

    /// <summary>How many of the parameters are trainable.</summary>
    public int TrainableParameters => Layout.Parameters.Count(parameter => parameter.Trainable);

    /// <summary>Shapes of one unit's data arguments.</summary>
    public Shape[] DataShapes => [.. Objective.Inputs.Skip(Layout.Parameters.Count).Select(input => input.Shape)];

    /// <summary>
    /// The same step with trainable parameters in front of frozen ones, as they lie in the flat vector: the objective's arguments are reordered.
    /// </summary>
    /// <exception cref="ArgumentException">No parameter is trainable.</exception>
    public StepSpec TrainableFirst()
    {
        int count = Layout.Parameters.Count;
        if (TrainableParameters == 0)
        {
            throw new ArgumentException("Every parameter of the model is frozen: there is nothing to train. Leave one layer trainable, or add an adapter.");
        }

        if (TrainableParameters == count)
        {
            return this;
        }

        int[] order = [.. Enumerable.Range(0, count).OrderBy(i => Layout.Parameters[i].Trainable ? 0 : 1)];
        Shape[] shapes = [.. order.Select(i => Layout.Parameters[i].Shape), .. DataShapes];
        Computation objective = Computation.Trace(
            shapes, inputs => Objective.Call([.. Enumerable.Range(0, count).Select(i => inputs[Array.IndexOf(order, i)]), .. inputs[count..]]));
        return this with { Objective = objective, Layout = new ParameterLayout([.. order.Select(i => Layout.Parameters[i])]) };
    }
}
