using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// The second half of a round, run exactly once: <c>θ ← update(θ, (Σ + σC·N(0, I)) / expected lot)</c> over one flat parameter vector.
/// The divisor is the plan's expected lot, a public constant: dividing by the realised size would leak it.
/// </summary>
internal static class ReleaseComputation
{
    /// <summary>Noise of the gradient sum; other noises of a round take other streams.</summary>
    internal const uint GradientNoiseStream = 0;

    /// <summary>
    /// Clipping in float32 may leave a gradient longer than the clip norm by some 1e-6 of it; noise of the same excess keeps noise over sensitivity
    /// at no less than what is accounted for.
    /// </summary>
    internal const double RoundingMargin = 1 + 1e-5;

    /// <summary>
    /// Arguments: parameters [p], gradient sum [p], optimizer state vectors [p], optimizer scalars, in a private plan the noise key (but where the sum comes with
    /// its noise: secure noise, noise that rounds share), and where the clip norm
    /// adapts the noise's standard deviation, a scalar. Results: new parameters, new state vectors.
    /// </summary>
    /// <param name="parameters">Number of parameters p.</param>
    /// <param name="optimizer">The update rule.</param>
    /// <param name="plan">Noise and divisor.</param>
    public static Computation Trace(int parameters, Optimizer optimizer, PrivacyPlan plan)
    {
        Shape flat = new(new Axis(parameters, "parameter"));
        int states = optimizer.StateNames.Count;
        bool adapts = plan.Clipping is { Kind: ClippingKind.Adaptive };
        List<Shape> shapes = [.. Enumerable.Repeat(flat, 2 + states), new Shape(optimizer.ScalarNames.Count)];
        if (plan.PerturbsInUpdate)
        {
            shapes.Add(new Shape(NoiseSpec.KeyWords));
        }

        if (adapts)
        {
            shapes.Add(Shape.Scalar);
        }

        return Computation.Trace(shapes, inputs =>
        {
            Tensor sum = inputs[1];
            if (plan.PerturbsInUpdate)
            {
                Tensor noise = inputs[3 + states].Gaussian(GradientNoiseStream, flat);
                sum += adapts ? noise * (inputs[^1] * RoundingMargin) : noise * (plan.NoiseStandardDeviation * RoundingMargin);
            }

            return optimizer.Update(inputs[0], sum / plan.Divisor, inputs.AsSpan(2, states), inputs[2 + states]);
        });
    }
}
