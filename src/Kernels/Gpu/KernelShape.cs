using System.Reflection;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>How many groups a kernel is launched with.</summary>
internal static class KernelShape
{
    // Thread numbers are ints, and the last group is rounded up.
    private const int MostThreads = int.MaxValue - 1024;

    /// <summary>Elements of a domain.</summary>
    /// <exception cref="DeviceException">More than a GPU kernel counts.</exception>
    public static int Count(KernelSpec spec, EquatableArray<int> extents, long factor = 1)
    {
        long count = factor;
        foreach (int extent in extents.Span)
        {
            count = checked(count * extent);
        }

        return count <= MostThreads
            ? (int)count
            : throw new DeviceException(
                $"GPU kernel {spec.Kind}: {count} threads are more than the {MostThreads} one launch may have. Use a smaller batch or chunk.");
    }

    /// <summary>One thread an element.</summary>
    public static GpuKernel PerThread(MethodInfo method, int count, GpuLimits limits) =>
        new(method, (count + limits.Group - 1) / limits.Group, limits.Group);

    /// <summary>One group an element.</summary>
    public static GpuKernel PerGroup(MethodInfo method, KernelSpec spec, int count, int group) =>
        new(method, Count(spec, [count], group) / group, group);
}
