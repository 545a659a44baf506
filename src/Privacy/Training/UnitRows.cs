using FastDPMeta.Engine.Compile;

namespace FastDPMeta.Privacy.Training;

/// <summary>Where the rows of a chunk are written: one matrix for each data argument, a row for each unit.</summary>
/// <param name="sizes">Elements of a row of each.</param>
internal abstract class UnitRows(int[] sizes)
{
    /// <summary>Data arguments.</summary>
    public int Count => sizes.Length;

    /// <summary>Elements of a row.</summary>
    protected int Size(int argument) => sizes[argument];

    /// <summary>A unit's row of one argument.</summary>
    public abstract Span<float> Row(int argument, int row);
}

/// <summary>Rows in arrays of the host, to be copied to a device.</summary>
/// <param name="data">One row-major matrix for each argument.</param>
/// <param name="sizes">Elements of a row of each.</param>
internal sealed class ArrayRows(float[][] data, int[] sizes) : UnitRows(sizes)
{
    /// <inheritdoc/>
    public override Span<float> Row(int argument, int row) => data[argument].AsSpan(row * Size(argument), Size(argument));
}

/// <summary>Rows where the kernels read them, on a device that works in the host's memory.</summary>
/// <param name="arena">The memory.</param>
/// <param name="buffers">One for each argument.</param>
/// <param name="sizes">Elements of a row of each.</param>
/// <param name="lane">Whose.</param>
internal sealed class ArenaRows(BoundArena arena, ArenaBuffer[] buffers, int[] sizes, int lane) : UnitRows(sizes)
{
    /// <inheritdoc/>
    public override Span<float> Row(int argument, int row) => arena.HostSpan(buffers[argument], lane).Slice(row * Size(argument), Size(argument));
}
