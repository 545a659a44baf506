using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>Floats reserved in an arena: what a computation's argument or result is bound to.</summary>
/// <param name="Region">Once per arena, or once per lane.</param>
/// <param name="Offset">First float within the region.</param>
/// <param name="Count">Number of floats.</param>
/// <param name="Name">For listings and messages.</param>
public sealed record ArenaBuffer(Region Region, long Offset, int Count, string Name)
{
    /// <summary>A part of the buffer: so that a model's parameters lie one after another in one flat vector.</summary>
    /// <param name="offset">First float of the part.</param>
    /// <param name="count">Its floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part leaves the buffer.</exception>
    public ArenaBuffer Slice(int offset, int count)
    {
        if (offset < 0 || count < 0 || offset > Count - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"Slice: floats {offset}..{(long)offset + count} leave {Name}, which has {Count}. Reserve more or take less.");
        }

        return this with { Offset = Offset + offset, Count = count };
    }
}
