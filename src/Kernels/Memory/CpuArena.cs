using System.Runtime.InteropServices;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Memory;

/// <summary>
/// An arena in the processor's memory: native, so that the collector never moves or scans it, aligned to a cache line, and followed by
/// <see cref="SlackFloats"/> zero elements that kernels may read (not write) when a vector load runs over the end.
/// </summary>
internal sealed unsafe class CpuArena : Arena
{
    /// <summary>Bytes of a cache line and of the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>Elements behind the last lane that may be read: eight of the widest vectors.</summary>
    public const int SlackFloats = 128;

    private float* _memory;

    public CpuArena(Device device, ArenaLayout layout)
        : base(Checked(layout))
    {
        Device = device;
        nuint bytes = (nuint)Bytes + (SlackFloats * sizeof(float));
        try
        {
            _memory = (float*)NativeMemory.AlignedAlloc(bytes, LargePages.AlignmentOf(bytes, Alignment));
            LargePages.Advise(_memory, bytes);
        }
        catch (OutOfMemoryException exception)
        {
            throw new DeviceException(
                $"The arena needs {Bytes:N0} bytes ({layout}) and this process can't have them. Use fewer lanes or smaller chunks.", exception);
        }

        NativeMemory.Clear(_memory, bytes);
        GC.AddMemoryPressure(Math.Max(1, Bytes));
    }

    /// <summary>The device that made it.</summary>
    public Device Device { get; }

    /// <summary>First element; the arena must outlive every use.</summary>
    public float* Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return _memory;
        }
    }

    /// <inheritdoc/>
    public override void Write(Region region, int lane, long offset, ReadOnlySpan<float> values)
    {
        long first = Resolve(region, lane, offset, values.Length);
        values.CopyTo(new Span<float>(Memory + first, values.Length)); // Resolve has checked the range
    }

    /// <inheritdoc/>
    public override void Read(Region region, int lane, long offset, Span<float> values)
    {
        long first = Resolve(region, lane, offset, values.Length);
        new ReadOnlySpan<float>(Memory + first, values.Length).CopyTo(values); // Resolve has checked the range
    }

    /// <inheritdoc/>
    public override Span<float> HostSpan(Region region, int lane, long offset, int count) =>
        new(Memory + Resolve(region, lane, offset, count), count); // Resolve has checked the range

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_memory is not null)
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            GC.RemoveMemoryPressure(Math.Max(1, Bytes));
        }
    }

    /// <summary>Frees the memory when nobody disposed the arena.</summary>
    ~CpuArena() => Dispose(false);

    private static ArenaLayout Checked(ArenaLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (layout.SharedFloats < 0 || layout.LaneFloats < 0 || layout.Lanes < 1)
        {
            throw new ArgumentException($"Arena: sizes must be at least 0 and lanes at least 1; got {layout}.", nameof(layout));
        }

        const long Most = (long.MaxValue / sizeof(float)) - SlackFloats;
        if (layout.LaneFloats > (Most - layout.SharedFloats) / layout.Lanes)
        {
            throw new ArgumentException($"Arena: {layout} is more than 2^63 bytes.", nameof(layout));
        }

        return layout;
    }
}
