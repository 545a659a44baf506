using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Auditing;

/// <summary>
/// Steps in which some units are canaries: units whose gradient is a number of our choice at one coordinate and zero elsewhere, the worst a unit can do and the easiest to look for (the
/// Dirac canaries of Nasr et al. 2023). A canary is one data argument of three numbers: coordinate, gradient, and 1 if the unit is a canary. Everything else is the step as it is:
/// its clip, its sums, its noise, its update.
/// </summary>
internal static class CanaryObjective
{
    /// <summary>Numbers of a canary's data argument.</summary>
    public const int Coordinate = 0, Gradient = 1, IsCanary = 2, Numbers = 3;

    /// <summary>
    /// The learning rate of audited steps. With plain gradient descent the released sum can be read from the parameters; any other update is computed from the same sum and hides nothing.
    /// </summary>
    public const double Rate = 0.125;

    private const int MostFloats = 1 << 23;

    /// <summary>The training step with the canaries' argument behind the data (before the unit's key, where there is one).</summary>
    /// <param name="spec">The step to audit.</param>
    public static StepSpec Beside(StepSpec spec)
    {
        spec = spec.TrainableFirst();
        int parameters = spec.Layout.Parameters.Count;
        int place = parameters + spec.DataShapes.Length - (spec.Keyed ? 1 : 0);
        List<Shape> shapes = [.. spec.Objective.Inputs.Select(input => input.Shape)];
        shapes.Insert(place, new Shape(Numbers));
        Computation objective = Computation.Trace(shapes, inputs =>
        {
            Tensor canary = inputs[place];
            Tensor[] unit = spec.Objective.Call([.. inputs[..place], .. inputs[(place + 1)..]]);
            Tensor ordinary = 1.0 - Number(canary, IsCanary);
            return [(unit[0] * ordinary) + Planted(spec, inputs, canary), unit[1], unit[2]];
        });
        return spec with { Objective = objective, Optimizer = Optimizer.Sgd(Rate), Chunk = Fitting(spec, spec.Chunk) };
    }

    /// <summary>A step of the same parameters, clip and noise in which every unit is a canary: no data.</summary>
    /// <param name="spec">The step to audit.</param>
    public static StepSpec Alone(StepSpec spec)
    {
        spec = spec.TrainableFirst();
        int parameters = spec.Layout.Parameters.Count;
        Shape[] shapes = [.. spec.Layout.Parameters.Select(parameter => parameter.Shape), new Shape(Numbers)];
        Computation objective = Computation.Trace(shapes, inputs =>
        {
            Tensor planted = Planted(spec, inputs, inputs[parameters]);
            return [planted, planted, planted];
        });
        return spec with { Objective = objective, Optimizer = Optimizer.Sgd(Rate), Keyed = false, Lanes = 1, Chunk = Fitting(spec, spec.TrainableParameters) };
    }

    /// <summary>A canary's gradient is formed, so that a chunk holds one vector of all parameters for each unit.</summary>
    private static int Fitting(StepSpec spec, int units) => Math.Clamp(MostFloats / spec.Layout.TrainableCount, 1, units);

    /// <summary>gradient·θ[coordinate]: its derivative is the canary.</summary>
    private static Tensor Planted(StepSpec spec, ReadOnlySpan<Tensor> inputs, Tensor canary)
    {
        Tensor[] flat = new Tensor[spec.TrainableParameters];
        for (int i = 0; i < flat.Length; i++)
        {
            flat[i] = inputs[i].Reshape(inputs[i].Shape.Count);
        }

        Tensor table = (flat.Length == 1 ? flat[0] : Tensor.Concatenate(0, flat)).Reshape(new Shape(spec.Layout.TrainableCount, 1));
        return table.Gather(canary.Slice(0, Coordinate, 1)).Reshape(Shape.Scalar) * Number(canary, Gradient);
    }

    private static Tensor Number(Tensor canary, int index) => canary.Slice(0, index, 1).Reshape(Shape.Scalar);
}
