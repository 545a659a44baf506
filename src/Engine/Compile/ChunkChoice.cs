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

    /// <summary>Units to compute at once, from 1 to <paramref name="most"/>.</summary>
    /// <param name="device">Where they run.</param>
    /// <param name="most">Most that are of use.</param>
    /// <param name="floats">Floats of a lane that computes one unit; asked for only where the device has near caches to fill.</param>
    public static int Of(Device device, int most, Func<long> floats) =>
        device.Info.Kind != DeviceKind.Cpu || most <= 1 ? Math.Max(1, most) : (int)Math.Clamp(NearBytes / (sizeof(float) * Math.Max(1, floats())), 1, most);
}
