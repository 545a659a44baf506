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
internal sealed record StepSpec(
    Computation Objective, ParameterLayout Layout, Optimizer Optimizer, PrivacyPlan Plan, string UnitLabel, int Chunk)
{
    /// <summary>Most lanes that share a lot; 0 for as many as the device runs side by side. Changes speed and memory only.</summary>
    public int Lanes { get; init; }

    /// <summary>Shapes of one unit's data arguments.</summary>
    public Shape[] DataShapes => [.. Objective.Inputs.Skip(Layout.Parameters.Count).Select(input => input.Shape)];
}
