using ILGPU;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>Which thread this is; emitted kernels call it.</summary>
internal static class GpuIndex
{
    /// <summary>Number of the thread among all threads of the launch.</summary>
    public static int Thread() => (Grid.IdxX * Group.DimX) + Group.IdxX;

    /// <summary>Number of the group.</summary>
    public static int GroupNumber() => Grid.IdxX;

    /// <summary>Number of the thread in its group.</summary>
    public static int InGroup() => Group.IdxX;
}
