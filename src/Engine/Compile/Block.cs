using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>A list of planned kernel calls and repeats: the program, or the body of a repeat.</summary>
/// <param name="depth">Number of enclosing repeats.</param>
internal sealed class Block(int depth)
{
    /// <summary>Number of enclosing repeats.</summary>
    public int Depth { get; } = depth;

    /// <summary>In order of execution.</summary>
    public List<Planned> Steps { get; } = [];
}

/// <summary>A kernel call or a repeat, before storages have addresses.</summary>
internal abstract class Planned
{
    /// <summary>The calls in it, those of inner repeats included.</summary>
    public abstract IEnumerable<Call> Calls { get; }
}

/// <summary>One kernel call.</summary>
internal sealed class Call(KernelSpec spec, Place[] places, string label) : Planned
{
    public KernelSpec Spec { get; } = spec;

    /// <summary>One place per slot.</summary>
    public Place[] Places { get; } = places;

    public string Label { get; } = label;

    public override IEnumerable<Call> Calls => [this];

    /// <summary>How many of the slots, at the end, are written.</summary>
    public int OutputCount => Spec is LoopSpec loop ? loop.Outputs.Count : 1;

    public ReadOnlySpan<Place> Inputs => Places.AsSpan(0, Places.Length - OutputCount);

    public ReadOnlySpan<Place> Outputs => Places.AsSpan(Places.Length - OutputCount);
}

/// <summary>A block run several times.</summary>
internal sealed class RepeatedBlock(int count, Block body) : Planned
{
    public int Count { get; } = count;

    public Block Body { get; } = body;

    public override IEnumerable<Call> Calls => Body.Steps.SelectMany(step => step.Calls);
}
