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

    /// <summary>The two sizes that are measured; at one unit the compiler drops the axis, and memory is not typical.</summary>
    public const int Small = 2, Large = 4;

    /// <summary>
    /// Units to compute at once, from 1 to <paramref name="most"/>. What a lane needs however many units it computes, as its gradient sum, does not count:
    /// it is passed through once a chunk, so larger chunks pass it less often. Most units are spread over chunks evenly.
    /// </summary>
    /// <param name="device">Where they run.</param>
    /// <param name="most">Most that are of use.</param>
    /// <param name="floats">Floats of a lane that computes so many units; asked for only where the device has near caches to fill.</param>
    public static int Of(Device device, int most, Func<int, long> floats)
    {
        if (device.Info.Kind != DeviceKind.Cpu || most <= 1)
        {
            return Math.Max(1, most);
        }

        long each = Math.Max(1, (floats(Large) - floats(Small)) / (Large - Small));
        int fits = (int)Math.Clamp(NearBytes / (sizeof(float) * each), 1, most);
        int chunks = (most + fits - 1) / fits;
        return (most + chunks - 1) / chunks;
    }
}
