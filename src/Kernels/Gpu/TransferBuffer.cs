using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// Pinned host memory that transfers pass through. ILGPU's OpenCL copies take the length of the host <i>buffer</i>, not of the view, so
/// there is one buffer object a length, all over the same memory, made when a length is first met and kept.
/// </summary>
internal sealed class TransferBuffer : IDisposable
{
    /// <summary>Elements of the longest piece.</summary>
    public const int Floats = 1 << 18;

    // A program transfers a handful of lengths. More than this many are somebody's loop over lengths; then start afresh.
    private const int MostLengths = 256;

    private readonly Accelerator _accelerator;
    private readonly float[] _memory = GC.AllocateArray<float>(Floats, pinned: true);
    private readonly Dictionary<int, CPUMemoryBuffer> _buffers = [];
    private readonly PageLockScope<float> _lock;

    /// <summary>Pins memory for one device.</summary>
    /// <param name="accelerator">The device.</param>
    public TransferBuffer(Accelerator accelerator)
    {
        _accelerator = accelerator;
        _lock = accelerator.CreatePageLockFromPinned(_memory);
    }

    /// <summary>All of the memory.</summary>
    public Span<float> Span => _memory;

    /// <summary>The first <paramref name="count"/> elements, as ILGPU copies them.</summary>
    public ArrayView<float> View(int count)
    {
        if (!_buffers.TryGetValue(count, out CPUMemoryBuffer? buffer))
        {
            if (_buffers.Count == MostLengths)
            {
                Forget();
            }

            buffer = CPUMemoryBuffer.Create(_accelerator, Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0), count, sizeof(float));
            _buffers.Add(count, buffer);
        }

        return buffer.AsArrayView<float>(0, count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _lock.Dispose();
    }

    private void Forget()
    {
        foreach (CPUMemoryBuffer buffer in _buffers.Values)
        {
            buffer.Dispose();
        }

        _buffers.Clear();
    }
}
