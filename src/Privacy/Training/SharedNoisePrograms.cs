using FastDPMeta.Engine.Compile;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// One weighted noise vector added to a gradient sum, <c>sum ← sum + factor·N(0, I)</c>, in two forms: to the sum of a single strand and to the total. A round runs it once for
/// each of its vectors.
/// </summary>
internal sealed class SharedNoisePrograms
{
    /// <summary>Compiles both forms.</summary>
    /// <param name="planner">The step's planner.</param>
    /// <param name="sum">The sum of a single strand.</param>
    /// <param name="total">The total of several.</param>
    public SharedNoisePrograms(ArenaPlanner planner, ArenaBuffer sum, ArenaBuffer total)
    {
        Key = planner.Reserve(Region.Shared, "shared noise key", NoiseSpec.KeyWords);
        Factor = planner.Reserve(Region.Shared, "shared noise factor", 1);
        Shape flat = new(new Axis(total.Count, "parameter"));
        Computation adding = Computation.Trace(
            [flat, new Shape(NoiseSpec.KeyWords), Shape.Scalar], inputs => inputs[0] + (inputs[1].Gaussian(ReleaseComputation.GradientNoiseStream, flat) * inputs[2]));
        Add = [planner.Compile(adding, [sum, Key, Factor], [sum]), planner.Compile(adding, [total, Key, Factor], [total])];
    }

    /// <summary>The vector's key and number.</summary>
    public ArenaBuffer Key { get; }

    /// <summary>Weight times standard deviation.</summary>
    public ArenaBuffer Factor { get; }

    /// <summary>To the sum of a single strand, and to the total.</summary>
    public CompiledComputation[] Add { get; }
}
