using FastDPMeta.Kernels;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// How many units a lane computes at once. On a CPU more units mean longer loops until what they touch leaves the core's own cache; from
/// there on every kernel waits for memory. Devices that run one wide lane get all they can.
/// </summary>
internal static class ChunkChoice
{
    // The level-2 cache of today's cores: 1 to 2 MiB.
    private const long NearBytes = 2 * 1024 * 1024;

    /// <summary>
    /// The most units to compute at once in a lot: a function of the lot alone, never of the number of lanes, since sums over other chunks have other bits.
    /// Small lots fall into four chunks, large ones into sixteen or more, so that lanes have something to share; a device that runs one wide lane takes all.
    /// </summary>
    /// <param name="device">Where they run.</param>
    /// <param name="lot">Units in a lot on average, at least 1.</param>
    /// <param name="largest">More than this make nothing faster.</param>
    public static int Share(Device device, int lot, int largest)
    {
        const int Few = 4, Many = 16;
        int share = device.Info.Kind != DeviceKind.Cpu ? lot : Math.Max((lot + Many - 1) / Many, Math.Min((lot + Few - 1) / Few, Many));
        return Math.Clamp(share, 1, largest);
    }

    /// <summary>Units to compute at once, from 1 to <paramref name="most"/>.</summary>
    /// <param name="device">Where they run.</param>
    /// <param name="most">Most that are of use.</param>
    /// <param name="floats">Floats of a lane that computes one unit; asked for only where the device has near caches to fill.</param>
    public static int Of(Device device, int most, Func<long> floats) =>
        device.Info.Kind != DeviceKind.Cpu || most <= 1 ? Math.Max(1, most) : (int)Math.Clamp(NearBytes / (sizeof(float) * Math.Max(1, floats())), 1, most);
}
