using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>An arena on a device with the computations that were planned for it. After construction nothing allocates.</summary>
public sealed class BoundArena : IDisposable
{
    private readonly Dictionary<CompiledComputation, Replay> _replays = [];

    internal BoundArena(
        Device device, ArenaLayout layout, IEnumerable<CompiledComputation> computations, long scratch, long literals, LiteralPool pool)
    {
        Device = device;
        Arena = device.Allocate(layout);
        foreach ((Storage storage, EquatableArray<float> values) in pool.All)
        {
            Arena.Write(Region.Shared, 0, literals + storage.Offset, values.Span);
        }

        foreach (CompiledComputation computation in computations)
        {
            _replays[computation] = device.Prepare(computation.Program(scratch, literals), Arena);
        }
    }

    /// <summary>The device it lives on.</summary>
    public Device Device { get; }

    /// <summary>The memory.</summary>
    public Arena Arena { get; }

    /// <summary>The runnable form of a computation; look it up once, outside the hot path.</summary>
    /// <param name="computation">One that was compiled by this arena's planner before it was bound.</param>
    /// <exception cref="ArgumentException">It belongs to another planner.</exception>
    public Replay Replay(CompiledComputation computation)
    {
        ArgumentNullException.ThrowIfNull(computation);
        return _replays.TryGetValue(computation, out Replay? replay)
            ? replay
            : throw new ArgumentException($"Replay: {computation.Name} was not compiled for this arena. Compile it before Bind.", nameof(computation));
    }

    /// <summary>Copies host values into the beginning of a buffer. Does not allocate.</summary>
    /// <param name="buffer">Where.</param>
    /// <param name="values">At most as many as the buffer has.</param>
    /// <param name="lane">The lane, for lane buffers.</param>
    /// <exception cref="ArgumentException">There are more values than the buffer holds.</exception>
    public void Write(ArenaBuffer buffer, ReadOnlySpan<float> values, int lane = 0)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        CheckCount(buffer, values.Length, nameof(values));
        Arena.Write(buffer.Region, lane, buffer.Offset, values);
    }

    /// <summary>Copies the beginning of a buffer to the host. Does not allocate.</summary>
    /// <param name="buffer">From where.</param>
    /// <param name="values">Where to; at most as many as the buffer has.</param>
    /// <param name="lane">The lane, for lane buffers.</param>
    /// <exception cref="ArgumentException">More values are asked for than the buffer holds.</exception>
    public void Read(ArenaBuffer buffer, Span<float> values, int lane = 0)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        CheckCount(buffer, values.Length, nameof(values));
        Arena.Read(buffer.Region, lane, buffer.Offset, values);
    }

    /// <summary>
    /// The buffer itself, where the device works in the host's memory; empty on any other device. Valid until this is disposed of, and only while no replay runs
    /// on the lane. Does not allocate.
    /// </summary>
    /// <param name="buffer">Which.</param>
    /// <param name="lane">The lane, for lane buffers.</param>
    public Span<float> HostSpan(ArenaBuffer buffer, int lane = 0)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Arena.HostSpan(buffer.Region, lane, buffer.Offset, buffer.Count);
    }

    /// <summary>Frees the memory and the replays; not the device.</summary>
    public void Dispose()
    {
        foreach (Replay replay in _replays.Values)
        {
            replay.Dispose();
        }

        Arena.Dispose();
    }

    private static void CheckCount(ArenaBuffer buffer, int count, string parameter)
    {
        if (count > buffer.Count)
        {
            throw new ArgumentException($"BoundArena: {count} values do not fit {buffer.Name}, which has {buffer.Count} floats.", parameter);
        }
    }
}
