using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>An arena in one buffer of the device. Transfers go through pinned host memory in pieces, in order with the kernels.</summary>
internal sealed class GpuArena : Arena
{
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _buffer;
    private readonly AcceleratorStream _stream;
    private readonly TransferBuffer _transfer;

    /// <summary>Allocates.</summary>
    /// <exception cref="DeviceException">More than 2³¹ - 1 elements, or not enough memory.</exception>
    public GpuArena(ArenaLayout layout, Accelerator accelerator, AcceleratorStream stream)
        : base(layout)
    {
        long floats = layout.SharedFloats + (layout.LaneFloats * layout.Lanes);
        if (floats > int.MaxValue)
        {
            throw new DeviceException(
                $"Allocate: {floats} float elements are more than the {int.MaxValue} that GPU kernels can address. Use a smaller chunk or fewer lanes.");
        }

        Accelerator = accelerator;
        _stream = stream;
        _transfer = new TransferBuffer(accelerator);
        try
        {
            _buffer = accelerator.Allocate1D<float>(Math.Max(1, floats));
        }
        catch (Exception exception) when (exception is CudaException or CLException or OutOfMemoryException)
        {
            _transfer.Dispose();
            throw new DeviceException(
                $"Allocate: the device has no room for {floats * sizeof(float)} bytes ({accelerator.MemorySize} in all). Use a smaller chunk.", exception);
        }

        _buffer.MemSetToZero(stream);
        stream.Synchronize();
    }

    /// <summary>The device it lies on.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The memory as kernels see it.</summary>
    public ArrayView<float> View => _buffer.View;

    /// <inheritdoc/>
    public override void Write(Region region, int lane, long offset, ReadOnlySpan<float> values)
    {
        long start = Resolve(region, lane, offset, values.Length);
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, TransferBuffer.Floats);
            values[..count].CopyTo(_transfer.Span);
            View.SubView(start, count).CopyFrom(_stream, _transfer.View(count));
            _stream.Synchronize();
            values = values[count..];
            start += count;
        }
    }

    /// <inheritdoc/>
    public override void Read(Region region, int lane, long offset, Span<float> values)
    {
        long start = Resolve(region, lane, offset, values.Length);
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, TransferBuffer.Floats);
            View.SubView(start, count).CopyTo(_stream, _transfer.View(count));
            _stream.Synchronize();
            _transfer.Span[..count].CopyTo(values);
            values = values[count..];
            start += count;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _buffer.Dispose();
            _transfer.Dispose();
        }
    }
}
