namespace FastDPMeta.Kernels.Gpu;

/// <summary>What the shape of a kernel depends on besides its spec; equal limits give equal kernels, so equal bits.</summary>
/// <param name="MaximumGroup">Threads a group may have, as the device says.</param>
internal readonly record struct GpuLimits(int MaximumGroup)
{
    /// <summary>Threads of a group for work without shared memory; also the widest reduction.</summary>
    public int Group => Math.Min(256, LargestPower(MaximumGroup));

    /// <summary>Side of the square of threads of a matrix product's group: 16, 8 or 4, less where the device cannot.</summary>
    public int Square => MaximumGroup >= 256 ? 16 : MaximumGroup >= 64 ? 8 : MaximumGroup >= 16 ? 4 : MaximumGroup >= 4 ? 2 : 1;

    private static int LargestPower(int value)
    {
        int power = 1;
        while (power * 2 <= value)
        {
            power *= 2;
        }

        return power;
    }
}
