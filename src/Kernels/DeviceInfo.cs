namespace FastDPMeta.Kernels;

/// <summary>What kind of device computes.</summary>
public enum DeviceKind
{
    /// <summary>Managed SIMD on the processor: the default on machines without a GPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU through ILGPU's CUDA backend.</summary>
    Cuda,

    /// <summary>An OpenCL device through ILGPU.</summary>
    OpenCl,

    /// <summary>ILGPU's own CPU accelerator: a debugger, about 400 times slower than <see cref="Cpu"/>; tiny shapes only.</summary>
    Debug,
}

/// <summary>One device a program can open.</summary>
/// <param name="Name">What <c>Device.Open</c> takes, as <c>cpu</c>, <c>cuda:0</c>, <c>opencl:1</c>, <c>debug</c>.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Description">The chip's own name and what of it is used, as <c>AVX-512, 2 threads</c>.</param>
/// <param name="MemoryBytes">Memory the device has, or 0 where it can't be told.</param>
public sealed record DeviceInfo(string Name, DeviceKind Kind, string Description, long MemoryBytes);

/// <summary>How to open a device. Nothing here changes a guarantee of privacy.</summary>
public sealed record DeviceOptions
{
    /// <summary>Worker threads of the CPU device; 0 takes one per processor core. Results do not depend on wall time, but sums may on this number.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// The widest SIMD the CPU device may use, in bits: 512, 256, 128, or 0 for the widest the hardware has. For tests and comparisons.
    /// </summary>
    public int VectorBits { get; init; }

    /// <summary>Refuses values that no device can have.</summary>
    internal void Validate()
    {
        List<string> wrong = [];
        if (Threads is < 0 or > Cpu.WorkerPool.MostWorkers)
        {
            wrong.Add($"Threads is {Threads}; it must be 0 (one per core) to {Cpu.WorkerPool.MostWorkers}");
        }

        if (VectorBits is not (0 or 128 or 256 or 512))
        {
            wrong.Add($"VectorBits is {VectorBits}; it must be 0 (the widest there is), 128, 256 or 512");
        }

        if (wrong.Count > 0)
        {
            throw new DeviceException($"DeviceOptions: {string.Join("; ", wrong)}.");
        }
    }
}
