using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Gpu;

/// <summary>One launch on a device, arena in and arena out.</summary>
internal static class GpuLaunch
{
    public static float[] Run(Device device, KernelSpec spec, float[] before, long[] slots)
    {
        using Arena arena = device.Allocate(new ArenaLayout(0, before.Length, 1));
        arena.Write(Region.Lane, 0, 0, before);
        Launch launch = new(spec, slots.Select(offset => new Slot(Region.Lane, offset, [])).ToEquatableArray());
        using Replay replay = device.Prepare(new KernelProgram([launch]), arena);
        replay.RunWide();
        float[] after = new float[before.Length];
        arena.Read(Region.Lane, 0, 0, after);
        return after;
    }
}
