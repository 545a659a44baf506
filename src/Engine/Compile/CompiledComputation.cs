using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// A computation as kernels over an arena, its arguments and results bound to buffers. Made by <see cref="ArenaPlanner"/>; run through
/// <see cref="BoundArena"/>.
/// </summary>
public sealed class CompiledComputation
{
    private readonly Block _block;

    internal CompiledComputation(string name, Block block, long scratchFloats)
    {
        Name = name;
        _block = block;
        ScratchFloats = scratchFloats;
    }

    /// <summary>What it is called in listings.</summary>
    public string Name { get; }

    /// <summary>Floats of scratch per lane; computations of one arena overlap in them.</summary>
    public long ScratchFloats { get; }

    /// <summary>Kernel launches of one run.</summary>
    public long LaunchCount => Explanation.Launches(_block);

    /// <summary>Different kernels.</summary>
    public int KernelCount => _block.Steps.SelectMany(step => step.Calls).Select(call => call.Spec).Distinct().Count();

    /// <summary>Floating-point operations of one run.</summary>
    public long Flops => Explanation.Sum(_block, spec => spec.Flops);

    /// <summary>Bytes read and written by one run if nothing is cached.</summary>
    public long Bytes => Explanation.Sum(_block, spec => spec.Bytes);

    internal IEnumerable<Call> Calls => _block.Steps.SelectMany(step => step.Calls);

    /// <summary>The kernels as text: launches, kind, what is fused, extents, operations, bytes.</summary>
    public string Explain() => Explanation.Of(this, _block);

    /// <summary>The launches with addresses.</summary>
    internal KernelProgram Program(long scratch, long literals) => new(Instructions(_block, scratch, literals));

    private static EquatableArray<Instruction> Instructions(Block block, long scratch, long literals) => block.Steps.Select(step => step switch
    {
        RepeatedBlock repeated => new Repeat(repeated.Count, Instructions(repeated.Body, scratch, literals)),
        Call call => (Instruction)new Launch(
            call.Spec, call.Places.Select(place => SlotOf(place.Resolve(), block.Depth, scratch, literals)).ToEquatableArray(), call.Label),
        _ => throw new InvalidOperationException("A block holds calls and repeats."),
    }).ToEquatableArray();

    private static Slot SlotOf(Place place, int depth, long scratch, long literals)
    {
        Storage storage = place.Storage;
        long start = storage.Offset + (storage.Kind == StorageKind.Scratch ? scratch : storage.Kind == StorageKind.Literal ? literals : 0);
        EquatableArray<long> steps = place.Steps.Any(step => step != 0)
            ? [.. place.Steps, .. Enumerable.Repeat(0L, depth - place.Steps.Count)]
            : [];
        return new Slot(storage.Region, start + place.Offset, steps);
    }
}
