using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Memory;

/// <summary>
/// All the memory a compiled computation ever uses: one allocation on the device, zero at first, split into a shared region
/// and equal lanes. Nothing is allocated after it.
/// </summary>
public abstract class Arena : IDisposable
{
    private protected Arena(ArenaLayout layout) => Layout = layout;

    /// <summary>The sizes it was made with.</summary>
    public ArenaLayout Layout { get; }

    /// <summary>Bytes on the device.</summary>
    public long Bytes => sizeof(float) * (Layout.SharedFloats + (Layout.LaneFloats * Layout.Lanes));

    /// <summary>Copies host values to the device. Does not allocate. On the CPU safe for several threads on different elements.</summary>
    /// <param name="region">The region.</param>
    /// <param name="lane">The lane; ignored for the shared region.</param>
    /// <param name="offset">First element within the region.</param>
    /// <param name="values">What to write.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the region.</exception>
    public abstract void Write(Region region, int lane, long offset, ReadOnlySpan<float> values);

    /// <summary>Copies device values to the host, after all earlier work on them. Does not allocate.</summary>
    /// <param name="region">The region.</param>
    /// <param name="lane">The lane; ignored for the shared region.</param>
    /// <param name="offset">First element within the region.</param>
    /// <param name="values">Where to put them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the region.</exception>
    public abstract void Read(Region region, int lane, long offset, Span<float> values);

    /// <summary>
    /// The elements themselves, where the device works in the host's memory: what is written there needs no <see cref="Write"/>. Empty on any other device.
    /// Valid until the arena is disposed of, and only while no replay runs on the lane.
    /// </summary>
    /// <param name="region">The region.</param>
    /// <param name="lane">The lane; ignored for the shared region.</param>
    /// <param name="offset">First element within the region.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the region.</exception>
    public virtual Span<float> HostSpan(Region region, int lane, long offset, int count)
    {
        Resolve(region, lane, offset, count);
        return [];
    }

    /// <summary>Where a region's lane begins, in elements of the whole arena, with the range checked.</summary>
    private protected long Resolve(Region region, int lane, long offset, long count)
    {
        long size = region == Region.Shared ? Layout.SharedFloats : Layout.LaneFloats;
        if (offset < 0 || count < 0 || offset + count > size)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"Arena: elements {offset}..{offset + count} leave the {region} region of {size} elements.");
        }

        if (region == Region.Lane && (uint)lane >= (uint)Layout.Lanes)
        {
            throw new ArgumentOutOfRangeException(nameof(lane), $"Arena: lane {lane} does not exist; there are {Layout.Lanes}.");
        }

        return region == Region.Shared ? offset : Layout.SharedFloats + (lane * Layout.LaneFloats) + offset;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
