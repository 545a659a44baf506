using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>What decides a <see cref="Storage"/>'s address.</summary>
internal enum StorageKind
{
    /// <summary>Scratch of one lane; the memory plan finds a place for it.</summary>
    Scratch,

    /// <summary>A buffer the caller reserved.</summary>
    Bound,

    /// <summary>Constants in the shared region.</summary>
    Literal,
}

/// <summary>
/// Some floats that kernels write and read, before they have an address. A storage may be merged into another one
/// (an output into the caller's buffer, an in-place result into its input); <see cref="Place.Resolve"/> follows that.
/// </summary>
internal sealed class Storage(string name, long size, StorageKind kind, Block? owner)
{
    /// <summary>For listings.</summary>
    public string Name { get; } = name;

    /// <summary>Number of floats.</summary>
    public long Size { get; } = size;

    public StorageKind Kind { get; } = kind;

    /// <summary>The block whose every run writes it anew; null for what the caller owns.</summary>
    public Block? Owner { get; } = owner;

    /// <summary>The region, of bound storage.</summary>
    public Region Region { get; init; } = kind == StorageKind.Literal ? Region.Shared : Region.Lane;

    /// <summary>First element: within the region (bound), the literals or the scratch.</summary>
    public long Offset { get; set; }

    /// <summary>Where this storage really lies, when it was merged into another.</summary>
    public Place? Target { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
