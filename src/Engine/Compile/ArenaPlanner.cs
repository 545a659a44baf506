using System.Diagnostics.CodeAnalysis;
using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Lays out one arena for several computations: first reserve buffers, then compile computations onto them, then bind to a device.
/// Scratch of the computations overlaps, so results must be in reserved buffers.
/// </summary>
/// <example>
/// <code>
/// ArenaPlanner planner = new();
/// ArenaBuffer weights = planner.Reserve(Region.Shared, "weights", 1000);
/// ArenaBuffer batch = planner.Reserve(Region.Lane, "batch", 64);
/// CompiledComputation step = planner.Compile(update, [weights, batch], [weights]);
/// using BoundArena bound = planner.Bind(device);
/// bound.Replay(step).RunWide();
/// </code>
/// </example>
public sealed class ArenaPlanner
{
    private readonly List<CompiledComputation> _computations = [];
    private readonly LiteralPool _literals = new();
    private long _shared;
    private long _lane;

    /// <summary>Reserves floats, aligned to 64 bytes, zero at first.</summary>
    /// <param name="region">Once per arena (parameters, keys), or once per lane (inputs of a chunk, partial sums).</param>
    /// <param name="name">For listings and messages.</param>
    /// <param name="floats">How many, at least 0.</param>
    public ArenaBuffer Reserve(Region region, string name, int floats)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floats);
        long offset = region == Region.Shared ? _shared : _lane;
        long next = MemoryPlan.Align(offset + floats);
        (_shared, _lane) = region == Region.Shared ? (next, _lane) : (_shared, next);
        return new ArenaBuffer(region, offset, floats, name);
    }

    /// <summary>Turns a computation into kernels that read its arguments from buffers and leave its results in buffers.</summary>
    /// <param name="computation">What to compute.</param>
    /// <param name="inputs">Where each argument lies, row-major.</param>
    /// <param name="outputs">
    /// Where each result goes, row-major. It may be an argument's buffer: the argument's old value is then read before it is replaced.
    /// Buffers of two results must not overlap. Shared arguments that are no results are only read, so lanes may run side by side.
    /// </param>
    /// <param name="name">What to call it in listings.</param>
    /// <exception cref="ArgumentException">A buffer's size is not its argument's or result's, or two results overlap.</exception>
    [RequiresDynamicCode("Kernels are emitted at run time. Use the Interpreter where that is not possible.")]
    public CompiledComputation Compile(
        Computation computation, IReadOnlyList<ArenaBuffer> inputs, IReadOnlyList<ArenaBuffer> outputs, string name = "computation")
    {
        ArgumentNullException.ThrowIfNull(computation);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        Check(computation.Inputs, inputs, "argument", nameof(inputs));
        Check(computation.Outputs, outputs, "result", nameof(outputs));
        CheckDisjoint(outputs);
        Block block = new(0);
        View[] views = [.. inputs.Select((buffer, index) => View.RowMajor(Bound(buffer), computation.Inputs[index].Shape))];
        new Lowering(block, _literals).Run(Simplify.Of(computation, final: true), views, [.. outputs.Select(buffer => (Place?)Bound(buffer))]);
        CompiledComputation compiled = new(name, block, MemoryPlan.Place(block));
        _computations.Add(compiled);
        return compiled;
    }

    /// <summary>The arena's sizes as planned so far.</summary>
    /// <param name="lanes">Number of lanes, at least 1.</param>
    public ArenaLayout Layout(int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        return new ArenaLayout(_shared + _literals.Size, _lane + _computations.Select(item => item.ScratchFloats).DefaultIfEmpty().Max(), lanes);
    }

    /// <summary>Allocates the arena on a device, writes constants, compiles the kernels.</summary>
    /// <param name="device">Where to run.</param>
    /// <param name="lanes">Number of lanes; 0 takes as many as the device runs side by side.</param>
    /// <exception cref="DeviceException">There is not enough memory.</exception>
    public BoundArena Bind(Device device, int lanes = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(lanes);
        return new BoundArena(device, Layout(lanes == 0 ? device.Lanes : lanes), _computations, _lane, _shared, _literals);
    }

    /// <summary>A computation's launches in this arena, for whoever looks at them one by one.</summary>
    internal KernelProgram Program(CompiledComputation computation) => computation.Program(_lane, _shared);

    private static Place Bound(ArenaBuffer buffer) =>
        new(new Storage(buffer.Name, buffer.Count, StorageKind.Bound, null) { Region = buffer.Region, Offset = buffer.Offset }, 0, []);

    private static void Check(IReadOnlyList<Tensor> tensors, IReadOnlyList<ArenaBuffer> buffers, string what, string parameter)
    {
        if (tensors.Count != buffers.Count)
        {
            throw new ArgumentException($"Compile: the computation has {tensors.Count} {what}s; got {buffers.Count} buffers. Give one for each.", parameter);
        }

        for (int i = 0; i < buffers.Count; i++)
        {
            if (buffers[i].Count != tensors[i].Shape.Count)
            {
                throw new ArgumentException(
                    $"Compile: {what} {i} is {tensors[i].Shape}, {tensors[i].Shape.Count} floats; buffer {buffers[i].Name} has {buffers[i].Count}.", parameter);
            }
        }
    }

    private static void CheckDisjoint(IReadOnlyList<ArenaBuffer> outputs)
    {
        ArenaBuffer[] sorted = [.. outputs.Where(buffer => buffer.Count > 0).OrderBy(buffer => buffer.Region).ThenBy(buffer => buffer.Offset)];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Region == sorted[i - 1].Region && sorted[i].Offset < sorted[i - 1].Offset + sorted[i - 1].Count)
            {
                throw new ArgumentException($"Compile: results {sorted[i - 1].Name} and {sorted[i].Name} overlap. Give each its own buffer.", nameof(outputs));
            }
        }
    }
}
