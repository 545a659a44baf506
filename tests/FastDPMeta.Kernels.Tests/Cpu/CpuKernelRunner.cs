using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Testing;

namespace FastDPMeta.Kernels.Tests.Cpu;

/// <summary>Runs one compiled CPU kernel on a copy of a case's arena.</summary>
internal static class CpuKernelRunner
{
    /// <summary>The vector widths every kernel is tried with; 32 is plain floats.</summary>
    public static readonly int[] Widths = [512, 256, 128, 32];

    /// <summary>The arena after all parts have run, last part first.</summary>
    public static unsafe float[] Run(CpuKernel kernel, KernelCase launch, int parts)
    {
        float[] arena = (float[])launch.Arena.Clone();
        fixed (float* first = arena)
        fixed (long* slots = launch.Slots)
        {
            for (int part = parts - 1; part >= 0; part--)
            {
                kernel.Run(first, slots, part, parts);
            }
        }

        return arena;
    }

    /// <summary>Bits, so that equality means equality; all NaNs are one.</summary>
    public static int[] Bits(float[] values) => [.. values.Select(value => float.IsNaN(value) ? -1 : BitConverter.SingleToInt32Bits(value))];
}
