using System.Diagnostics.CodeAnalysis;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>The short way from a computation to something that runs: an arena of its own.</summary>
public static class Compiler
{
    /// <summary>Compiles for a device, with a buffer for every argument and result.</summary>
    /// <param name="computation">What to run.</param>
    /// <param name="device">Where.</param>
    /// <param name="lanes">Number of lanes.</param>
    /// <exception cref="DeviceException">There is not enough memory.</exception>
    [RequiresDynamicCode("Kernels are emitted at run time. Use the Interpreter where that is not possible.")]
    public static CompiledFunction Compile(Computation computation, Device device, int lanes = 1)
    {
        ArgumentNullException.ThrowIfNull(computation);
        ArenaPlanner planner = new();
        ArenaBuffer[] inputs = [.. computation.Inputs.Select((input, index) => planner.Reserve(Region.Lane, $"argument {index}", input.Shape.Count))];
        ArenaBuffer[] outputs = [.. computation.Outputs.Select((output, index) => planner.Reserve(Region.Lane, $"result {index}", output.Shape.Count))];
        CompiledComputation compiled = planner.Compile(computation, inputs, outputs);
        return new CompiledFunction(compiled, planner.Bind(device, lanes), inputs, outputs);
    }
}
